// What the start, test and dev scripts share. They run on whatever Node the machine has (20 or newer), before
// anything is installed: only Node's own modules are used here.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const MODULES = join(ROOT, 'node_modules');
const MINIMUM_NODE = [20, 19];
const OWN_NODE_SUFFICES = [22, 15];

/** Says what is wrong and ends. */
export function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

export function assertNode() {
  if (!atLeast(MINIMUM_NODE))
    fail(`Lotse needs Node ${MINIMUM_NODE.join('.')} or newer to start; this is ${process.version}.`);
}

function atLeast([major, minor]) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number);
  return haveMajor > major || (haveMajor === major && haveMinor >= minor);
}

/** Installs exactly what the lock file says, unless that was done before. */
export function install() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  const digest = createHash('sha256')
    .update(lock)
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
  const stamp = join(MODULES, '.lotse-installed');
  if (textOf(stamp) === digest && existsSync(join(MODULES, 'typescript7'))) return;
  if (!isInstalled(JSON.parse(lock.toString('utf8')))) {
    console.log('Installing packages (the first time this takes a minute or so) …');
    const npm = process.env.npm_execpath?.endsWith('.js')
      ? [process.execPath, process.env.npm_execpath]
      : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
    const { status, error } = spawnSync(npm[0], [...npm.slice(1), 'ci', '--loglevel=error'], {
      cwd: ROOT,
      stdio: 'inherit',
      shell: npm.length === 1 && process.platform === 'win32',
    });
    if (error) fail(`npm could not be run: ${error.message}`);
    if (status !== 0) fail('Installing packages failed; npm says why above.');
  }
  mkdirSync(MODULES, { recursive: true });
  writeFileSync(stamp, digest);
}

/** Did npm already install what the lock file names (a developer's `npm install`)? Packages for other platforms don't count. */
function isInstalled(lock) {
  const text = textOf(join(MODULES, '.package-lock.json'));
  if (text === '') return false;
  const present = JSON.parse(text).packages;
  return Object.entries(lock.packages).every(
    ([path, entry]) =>
      path === '' ||
      entry.link ||
      !path.includes('node_modules/') ||
      entry.optional ||
      entry.devOptional ||
      entry.peer ||
      present[path]?.version === entry.version,
  );
}

/** The Node that everything but these scripts runs on: the pinned one. */
export function pinnedNode() {
  const path = join(MODULES, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(path)) return path;
  if (atLeast(OWN_NODE_SUFFICES)) return process.execPath;
  return fail(
    `There is no pinned Node for ${process.platform}-${process.arch} on npm, and this one (${process.version}) is too old. Install Node 24.`,
  );
}

/** Compiles what changed. `web` includes the dashboard. */
export function build({ targets = ['apps/server', 'apps/cli'], web = true } = {}) {
  step(
    'node',
    ['libs', 'apps/server', 'apps/cli', 'test'],
    targets.join(' '),
    existsSync(join(ROOT, 'apps/server/dist/main.js')),
    () => ['Compiling …', [join(MODULES, 'typescript7/bin/tsc'), '-b', ...targets]],
  );
  if (targets.includes('apps/cli'))
    step(
      'cli',
      ['libs/manifests', 'libs/helm', 'libs/kustomize', 'apps/cli'],
      'bundle',
      existsSync(join(ROOT, 'apps/cli/dist/bundle/main.cjs')),
      () => ['Packing the command line …', viteBuild('apps/cli/vite.config.ts')],
    );
  if (web)
    step('web', ['apps/web'], 'dashboard', existsSync(join(ROOT, 'apps/web/dist/index.html')), () => [
      'Building the dashboard …',
      viteBuild('apps/web/vite.config.ts'),
    ]);
}

function viteBuild(config) {
  return [join(MODULES, 'vite/bin/vite.js'), 'build', '--config', config, '--logLevel', 'warn'];
}

function step(name, folders, what, present, command) {
  const stamp = join(MODULES, `.lotse-built-${name}`);
  const fingerprint = fingerprintOf(folders, what);
  if (present && textOf(stamp) === fingerprint) return;
  const [message, args] = command();
  console.log(message);
  const { status } = spawnSync(pinnedNode(), args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) fail('The build failed; the compiler says why above.');
  writeFileSync(stamp, fingerprint);
}

/** Names, sizes and times of all sources: a change of any of them is a reason to build. */
function fingerprintOf(folders, what) {
  const hash = createHash('sha256').update(what);
  for (const file of ['package-lock.json', 'tsconfig.base.json']) addFile(hash, join(ROOT, file));
  for (const folder of folders) addFolder(hash, join(ROOT, folder));
  return hash.digest('hex');
}

function addFolder(hash, folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (['node_modules', 'dist', 'artifacts'].includes(entry.name) || entry.name.endsWith('.tsbuildinfo'))
      continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, path);
    else if (entry.isFile()) addFile(hash, path);
  }
}

function addFile(hash, path) {
  const { size, mtimeMs } = statSync(path);
  hash.update(`${path}\0${size}\0${mtimeMs}\0`);
}

/** Runs a program in the foreground: it gets our signals, we end as it ends. */
export function foreground(program, args, options = {}) {
  const child = spawn(program, args, { stdio: 'inherit', ...options });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${program} could not be run: ${error.message}`));
  child.on('exit', (status, signal) => {
    if (signal) process.exitCode = 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9);
    else process.exitCode = status ?? 1;
  });
  return child;
}

/** The environment with the pinned Node first on the path. */
export function environment() {
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...process.env, PATH: `${join(MODULES, '.bin')}${separator}${process.env.PATH ?? ''}` };
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
