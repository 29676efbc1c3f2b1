import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../apps/cli', import.meta.url));
const BIN = join(CLI, 'bin/lotse.cjs');
const folder = mkdtempSync(join(tmpdir(), 'lotse-launcher-'));
const chart = join(folder, 'chart');
const cache = join(folder, 'cache');

const CHART = {
  'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'values.yaml': 'who: chart\nlines: 1\n',
  'templates/a.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  who: {{ .Values.who }}\n' +
    '{{- range until (int .Values.lines) }}\n  line{{ . }}: {{ repeat 100 "x" }}\n{{- end }}\n',
};

beforeAll(() => {
  for (const [name, text] of Object.entries(CHART)) {
    mkdirSync(dirname(join(chart, name)), { recursive: true });
    writeFileSync(join(chart, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly bin?: string;
  readonly cacheHome?: string;
  readonly input?: string;
  /** Closes the pipe after the first part of the output. */
  readonly readsLittle?: boolean;
}

interface Ended {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function start(args: readonly string[], { bin = BIN, cacheHome = cache }: Run): ReturnType<typeof spawn> {
  return spawn(process.execPath, [bin, ...args], {
    stdio: 'pipe',
    env: { ...process.env, XDG_CACHE_HOME: cacheHome },
  });
}

function run(args: readonly string[], options: Run = {}): Promise<Ended> {
  const child = start(args, options);
  let out = '';
  let err = '';
  child.stdout?.on('data', (part: Buffer) => {
    out += part.toString();
    if (options.readsLittle === true) child.stdout?.destroy();
  });
  child.stderr?.on('data', (part: Buffer) => (err += part.toString()));
  child.stdin?.end(options.input ?? '');
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ out, err, code, signal })));
}

it('starts through a link, as package managers make them', () => {
  const bin = join(folder, 'lotse');
  symlinkSync(BIN, bin);
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };
  const { stdout, stderr, status } = spawnSync(bin, ['version', '--client'], { encoding: 'utf8', env });
  expect({ stdout, stderr, status }).toEqual({ stdout: 'lotse: v0.1.0\n', stderr: '', status: 0 });
});

it('needs nothing but the bundle', async () => {
  const copy = join(folder, 'alone/apps/cli');
  cpSync(join(CLI, 'bin'), join(copy, 'bin'), { recursive: true });
  cpSync(join(CLI, 'dist/bundle'), join(copy, 'dist/bundle'), { recursive: true });
  const ended = await run(['template', chart], { bin: join(copy, 'bin/lotse.cjs') });
  expect(ended).toMatchObject({ out: expect.stringContaining('who: chart'), err: '', code: 0 });
});

it('runs what was compiled when that is newer than the bundle', async () => {
  const copy = join(folder, 'newer/apps/cli');
  cpSync(join(CLI, 'bin'), join(copy, 'bin'), { recursive: true });
  mkdirSync(join(copy, 'dist/bundle'), { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{"type": "module"}');
  const print = (what: string): string => `(words) => console.log('${what}', ...words)`;
  writeFileSync(join(copy, 'dist/main.js'), `export const run = ${print('compiled')};`);
  writeFileSync(join(copy, 'dist/bundle/main.cjs'), `exports.run = ${print('bundled')};`);
  writeFileSync(join(copy, 'tsconfig.tsbuildinfo'), '');
  const bin = join(copy, 'bin/lotse.cjs');
  utimesSync(join(copy, 'dist/bundle/main.cjs'), 1000, 1000);
  expect((await run(['a', 'b'], { bin })).out).toBe('compiled a b\n');
  utimesSync(join(copy, 'tsconfig.tsbuildinfo'), 900, 900);
  expect((await run(['a', 'b'], { bin })).out).toBe('bundled a b\n');
});

it('runs the code kept beside the bundle, and compiles what that does not fit', async () => {
  const copy = join(folder, 'kept/apps/cli');
  const bundle = join(copy, 'dist/bundle');
  cpSync(join(CLI, 'bin'), join(copy, 'bin'), { recursive: true });
  cpSync(join(CLI, 'dist/bundle'), bundle, { recursive: true });
  const bin = join(copy, 'bin/lotse.cjs');
  const cacheHome = join(folder, 'kept-cache');
  const first = await run(['template', chart], { bin, cacheHome });
  expect(first).toMatchObject({ err: '', code: 0 });
  expect(existsSync(cacheHome)).toBe(false);

  const code = readdirSync(bundle).filter((name) => name.endsWith('.code'));
  expect(code.length).toBeGreaterThan(2);
  // as another version of Node sees it
  for (const name of code) {
    const bytes = readFileSync(join(bundle, name));
    writeFileSync(join(bundle, name), Buffer.concat([bytes.subarray(0, 16), bytes.subarray(16).fill('x')]));
  }
  expect(await run(['template', chart], { bin, cacheHome })).toEqual(first);
  expect(readdirSync(cacheHome)).not.toEqual([]);
  // of another build
  for (const name of code) writeFileSync(join(bundle, name), Buffer.alloc(100_000, '0'));
  expect(await run(['template', chart], { bin, cacheHome })).toEqual(first);
  for (const name of code) rmSync(join(bundle, name));
  expect(await run(['template', chart], { bin, cacheHome: '/dev/null/nowhere' })).toEqual(first);
});

it('tells by its exit code how it ended', async () => {
  expect((await run(['template', chart])).code).toBe(0);
  expect((await run(['template', chart, '--set', 'lines'])).code).toBe(1);
  expect((await run(['template', join(folder, 'nothing')])).code).toBe(2);
  expect((await run(['no-such-command'])).code).toBe(2);
});

it('knows every command that its help names when it makes that one alone', async () => {
  const { out } = await run(['--help']);
  const names = [...out.matchAll(/^ {2}([a-z]+) /gm)].flatMap(([, name]) => (name ? [name] : []));
  expect(names.length).toBeGreaterThan(8);
  for (const name of names.filter((each) => each !== 'help'))
    expect((await run([name, '--help'])).out).toMatch(new RegExp(`^Usage: lotse ${name} `));
});

it('reads values from standard input', async () => {
  const ended = await run(['template', chart, '-f', '-'], { input: 'who: stdin\n' });
  expect(ended).toMatchObject({ out: expect.stringContaining('who: stdin'), code: 0 });
});

it('ends quietly when nobody reads on, as after head', async () => {
  const ended = await run(['template', chart, '--set', 'lines=20000'], { readsLittle: true });
  expect(ended).toMatchObject({ err: '', code: 141 });
});

it('ends by a signal', async () => {
  const child = start(['template', chart, '-f', '-'], {});
  const ended = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
  child.on('spawn', () => child.kill('SIGTERM'));
  expect(await ended).toBe('SIGTERM');
});
