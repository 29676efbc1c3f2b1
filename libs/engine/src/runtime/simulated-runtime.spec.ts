import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../virtual-clock.js';
import type { Container, Pod } from '../types/index.js';
import type { HttpRequest } from './container-runtime.js';
import { ContainerFiles } from './files/container-files.js';
import { bytesFromText, file, place } from './files/file-node.js';
import { SimulatedRuntime } from './simulated-runtime.js';

const runtime = new SimulatedRuntime();

interface Wish {
  readonly container?: Partial<Container>;
  readonly annotations?: Record<string, string>;
  readonly restartPolicy?: string;
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
}

function start(
  image: string,
  { container, annotations, restartPolicy = 'Always', env = {}, files = {} }: Wish = {},
) {
  const spec: Container = { name: 'main', image, ...container };
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-0', namespace: 'shop', ...(annotations && { annotations }) },
    spec: { containers: [spec], restartPolicy, nodeName: 'node-1' },
  };
  return runtime.start({
    pod,
    container: spec,
    restartCount: 0,
    env: new Map(Object.entries({ HOSTNAME: 'web-0', ...env })),
    podIp: '10.244.0.9',
    hostname: 'web-0',
    startedMs: 0,
    files: () => filesWith(image, files),
    network: {
      ip: '10.244.0.9',
      server: '10.96.0.10',
      fetch: () => 'unknown',
      reach: () => 'unknown',
      datagram: () => undefined,
      lookUp: () => [],
      answersPing: () => false,
      ask: () => ({ code: 'SERVFAIL', authoritative: false, answers: [], authority: [], additional: [] }),
    },
    clock: new VirtualClock(),
    exit: () => undefined,
  });
}

function filesWith(image: string, contents: Record<string, string>): ContainerFiles {
  const root = runtime.image(image).root(0);
  for (const [path, text] of Object.entries(contents)) place(root, path, file(bytesFromText(text)));
  return new ContainerFiles(root, [], {
    identity: { uid: 0, gid: 0, groups: [] },
    readOnlyRoot: false,
    now: () => 0,
  });
}

const script = (text: string, wish: Wish = {}) =>
  start('busybox:1.37', { ...wish, container: { command: ['sh', '-c', text] } });

/** What a script wrote, each line with the second it was written in. */
const written = (text: string, untilSeconds: number): string[] =>
  script(text)
    .lines(untilSeconds * 1000, 100)
    .map((line) => `${Math.floor(line.atMs / 1000)} ${line.text}`);

describe('images', () => {
  const none: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0' } };
  const table: [string, string][] = [
    ['nginx', 'pulled'],
    ['nginx:1.29-alpine', 'pulled'],
    ['docker.io/library/nginx:stable', 'pulled'],
    ['ghcr.io/stefanprodan/podinfo:6.9.0', 'pulled'],
    ['gcr.io/google-samples/gb-frontend:v5', 'pulled'],
    ['my.registry:5000/team/app:feature-x', 'pulled'],
    [`nginx@sha256:${'a'.repeat(64)}`, 'pulled'],
    ['nginx:does-not-exist', 'ErrImagePull'],
    ['nginx:no-version-of-it', 'ErrImagePull'],
    ['my.registry/app:1.0-broken', 'ErrImagePull'],
    ['my.registry/nonexistent:1.0', 'ErrImagePull'],
    ['registry.invalid/app:1', 'ErrImagePull'],
    ['my.registry/unbroken:1', 'pulled'],
    ['Nginx', 'InvalidImageName'],
    ['nginx:', 'InvalidImageName'],
    ['nginx:a b', 'InvalidImageName'],
    ['', 'InvalidImageName'],
    ['nginx@sha256:short', 'InvalidImageName'],
  ];
  it.each(table)('%j: %s', (image, expected) => {
    const pull = runtime.pull(image, none, 'main');
    expect('reason' in pull ? pull.reason : 'pulled').toBe(expected);
  });

  it('say what was not found in the words of containerd', () => {
    expect(runtime.pull('nginx:broken', none, 'main')).toMatchObject({
      message:
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:broken": failed to resolve reference "docker.io/library/nginx:broken": docker.io/library/nginx:broken: not found',
    });
  });
});

describe('programs', () => {
  const table: [string, ReturnType<typeof start>, string][] = [
    ['a server runs until told to stop', start('nginx:1.29'), 'for ever, stops with 0'],
    ['an unknown image runs for ever', start('acme/app:1'), 'for ever, stops with 0'],
    [
      'an unknown program of a job ends well after a second',
      start('acme/app:1', { restartPolicy: 'Never', container: { command: ['./migrate'] } }),
      '1.0s with 0, stops with 0',
    ],
    ['a shell with nothing to do ends', start('busybox:1.37'), '0.0s with 0, ignores signals'],
    [
      'sleep',
      start('alpine:3', { container: { command: ['sleep', '90'] } }),
      '90.0s with 0, ignores signals',
    ],
    ['false', start('alpine:3', { container: { command: ['/bin/false'] } }), '0.0s with 1, ignores signals'],
    [
      'args alone go to the entry point',
      start('busybox', { container: { args: ['sh', '-c', 'exit 7'] } }),
      '0.0s with 7, ignores signals',
    ],
    ['a script', script('sleep 2; exit 3'), '2.0s with 3, ignores signals'],
    ['a loop that ends', script('for i in 1 2 3; do sleep 10; done'), '30.0s with 0, ignores signals'],
    ['a loop that does not', script('while true; do echo hi; sleep 10; done'), 'for ever, ignores signals'],
    ['a loop without a pause', script('while :; do :; done'), 'for ever, ignores signals'],
    ['and, or, not', script('false && exit 1; false || ! true || exit 9'), '0.0s with 9, ignores signals'],
    [
      'if',
      script('if [ "$HOSTNAME" = web-0 ]; then exit 4; else exit 5; fi'),
      '0.0s with 4, ignores signals',
    ],
    [
      'arithmetic',
      script('n=0; while [ $n -lt 5 ]; do n=$((n + 1)); sleep 1; done; exit $((n * 2))'),
      '5.0s with 10, ignores signals',
    ],
    [
      'substitution and pipes',
      script('test "$(echo a b | cat)" = "a b" && exit 6'),
      '0.0s with 6, ignores signals',
    ],
    [
      'a script that ends on the signal',
      script("trap 'echo bye; exit 5' TERM; sleep infinity & wait"),
      'for ever, stops with 5',
    ],
    [
      'a script that shrugs the signal off',
      script("trap 'echo no' TERM; sleep infinity"),
      'for ever, ignores signals',
    ],
    ['a script nobody can read', script('if then; fi ((('), '0.0s with 2, ignores signals'],
    [
      'expanded variables',
      start('busybox', { container: { command: ['sh', '-c', 'exit $(CODE)'] }, env: { CODE: '8' } }),
      '0.0s with 8, ignores signals',
    ],
    [
      'a server behind commands nobody knows',
      script('prepare --all && exec run-server'),
      'for ever, stops with 0',
    ],
    [
      'a job whose script waits for what nobody knows',
      script('until pg_isready -h db; do sleep 2; done; test "$(curl -s x)" = y || exit 1', {
        restartPolicy: 'Never',
      }),
      '1.0s with 0, stops with 0',
    ],
    [
      'a job whose script waits for a name that nobody has yet',
      script('until nslookup db; do sleep 2; done', { restartPolicy: 'Never' }),
      'for ever, ignores signals',
    ],
    [
      'a job that copies files of its image',
      script('cp -n /usr/local/bin/tool /shared/ && ln -s /shared/tool /bin/tool', {
        restartPolicy: 'Never',
      }),
      '0.0s with 0, ignores signals',
    ],
    [
      'a script that ends in the server',
      start('nginx', { container: { command: ['sh', '-c', "nginx -g 'daemon off;'"] } }),
      'for ever, stops with 0',
    ],
    [
      'told to crash',
      start('nginx', { annotations: { 'lotse.dev/fail': 'crash', 'lotse.dev/run-seconds': '5' } }),
      '5.0s with 1, stops with 0',
    ],
    [
      'told to crash in another container',
      start('nginx', { annotations: { 'lotse.dev/fail.other': 'crash' } }),
      'for ever, stops with 0',
    ],
    [
      'uses more memory than it may',
      start('nginx', {
        annotations: { 'lotse.dev/memory': '200Mi' },
        container: { resources: { limits: { memory: '100Mi' } } },
      }),
      '1.0s with 137 OOMKilled, stops with 0',
    ],
  ];
  it.each(table)('%s', (_what, process, expected) => {
    const { end } = process;
    process.advance(1000);
    if (!end && !process.onTerminate) {
      process.signal('TERM', 1000);
      process.advance(30_000);
    }
    const onTerminate = process.onTerminate ?? (end ? undefined : process.end);
    const ends = end
      ? `${(Math.floor(end.afterMs / 100) / 10).toFixed(1)}s with ${end.exitCode}${end.reason ? ` ${end.reason}` : ''}`
      : 'for ever';
    expect(`${ends}, ${onTerminate ? `stops with ${onTerminate.exitCode}` : 'ignores signals'}`).toBe(
      expected,
    );
  });

  it('write what they would write, when they would', () => {
    expect(
      written('echo start; n=0; while true; do sleep 10; n=$((n + 1)); echo "tick $n"; done', 25),
    ).toEqual(['0 start', '10 tick 1', '20 tick 2']);
  });

  it('read the files of their volumes', () => {
    const reader = script('cat /etc/app/mode; exit 2', { files: { '/etc/app/mode': 'fast\n' } });
    expect(reader.end).toMatchObject({ exitCode: 2 });
    expect(reader.lines(1000, 10).map(({ text }) => text)).toEqual(['fast']);
  });

  it('keep no more than the last lines of an endless log', () => {
    const endless = script('while true; do seq 3000; sleep 1; done');
    for (let round = 0; round < 10; round++) endless.lines(100_000_000, 10);
    const lines = endless.lines(100_000_000, 100_000);
    expect(lines.length).toBeGreaterThanOrEqual(10_000);
    expect(lines.length).toBeLessThanOrEqual(20_000);
    expect(lines[0]?.atMs).toBeGreaterThan(1000);
  });
});

describe('hostile scripts', () => {
  it.each([
    ['a value that doubles without end', 'x=a; while :; do x=$x$x; done'],
    ['output without end, captured', 'x=$(while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done)'],
    ['a file without end', 'while :; do cat /tmp/a /tmp/a >> /tmp/a; echo x >> /tmp/a; done'],
    [
      'long lists in long lists',
      'for a in $(seq 1 9999); do for b in $(seq 1 9999); do seq 1 9999; done; done',
    ],
    ['scripts in scripts', `${'$('.repeat(5000)}echo${')'.repeat(5000)}`],
    ['a script that evaluates itself', 'x=\'eval "$x"\'; eval "$x"'],
    ['sums in sums', `echo $((${'('.repeat(20_000)}1${')'.repeat(20_000)}))`],
    ['signs before signs', `echo $((${'-'.repeat(50_000)}1))`],
    ['groups in groups', `${'{ '.repeat(20_000)}`],
    ['a line without end', 'while :; do echo -n aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done'],
  ])('%s', (_what, text) => {
    const before = process.memoryUsage().heapUsed;
    const lines = script(text).lines(1_000_000, 1000);
    expect(lines.reduce((sum, line) => sum + line.text.length, 0)).toBeLessThan(4 * 1024 * 1024);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(512 * 1024 * 1024);
  });
});

describe('servers', () => {
  const get = (url: string): HttpRequest => ({ method: 'GET', url, headers: {} });

  it('listen after their start, on their own ports and declared ones', () => {
    const nginx = start('nginx', { container: { ports: [{ containerPort: 8080 }] } });
    expect(nginx.http(80, get('/'), 10)).toBeUndefined();
    expect(nginx.http(80, get('/'), 1000)?.status).toBe(200);
    expect(nginx.http(8080, get('/'), 1000)?.status).toBe(200);
    expect(nginx.http(9090, get('/'), 1000)).toBeUndefined();
    expect(start('acme/app:1').http(9090, get('/'), 1000)?.status).toBe(200);
  });

  it('answer as the image does', () => {
    expect(start('nginx').http(80, get('/health'), 1000)?.status).toBe(404);
    const configured = start('nginx', {
      container: { volumeMounts: [{ name: 'c', mountPath: '/etc/nginx' }] },
    });
    expect(configured.http(80, get('/health'), 1000)?.status).toBe(200);
    const podinfo = start('stefanprodan/podinfo:6.9.0', { env: { PODINFO_UI_MESSAGE: 'moin' } });
    expect(JSON.parse(String(podinfo.http(9898, get('/'), 1000)?.body))).toMatchObject({
      hostname: 'web-0',
      version: '6.9.0',
      message: 'moin',
    });
    expect(podinfo.http(9898, get('/status/503'), 1000)?.status).toBe(503);
    expect(start('gcr.io/google-samples/hello-app:2.0').http(8080, get('/'), 1000)?.body).toBe(
      'Hello, world!\nVersion: 2.0\nHostname: web-0\n',
    );
  });

  it('answer as annotations say', () => {
    const broken = start('nginx', {
      annotations: { 'lotse.dev/http-status': '500', 'lotse.dev/http-body': 'oops' },
    });
    expect(broken.http(80, get('/'), 1000)).toMatchObject({ status: 500, body: 'oops' });
  });

  it('write a line for each request they serve', () => {
    const nginx = start('nginx');
    nginx.http(80, get('/x'), 1000);
    expect(nginx.lines(2000, 1).map(({ text }) => text)).toEqual([
      expect.stringContaining('"GET /x HTTP/1.1" 404') as string,
    ]);
  });
});
