import { answer, jsonAnswer, MEBIBYTE, pathOf, type ImageBehaviour } from '../image-behaviour.js';
import { admitted } from './reviews.js';

/** stefanprodan/podinfo: a JSON page about itself on 9898 (9797 for metrics, 9999 for gRPC). */
export const podinfo: ImageBehaviour = {
  sizeBytes: 30 * MEBIBYTE,
  ports: [9898, 9797, 9999],
  startMs: 400,
  stopMs: 300,
  milliCpu: 5,
  memoryBytes: 24 * MEBIBYTE,
  programs: ['podinfo'],
  startLines: ({ tag }) => [
    `{"level":"info","msg":"Starting podinfo","version":"${tag}"}`,
    '{"level":"info","msg":"Starting HTTP Server.","addr":":9898"}',
  ],
  serve: (request, context) => {
    switch (pathOf(request)) {
      case '/':
        return jsonAnswer(200, {
          hostname: context.podName,
          version: context.tag,
          color: context.env.get('PODINFO_UI_COLOR') ?? '#34577c',
          logo: 'https://raw.githubusercontent.com/stefanprodan/podinfo/gh-pages/cuddle_clap.gif',
          message: context.env.get('PODINFO_UI_MESSAGE') ?? `greetings from podinfo v${context.tag}`,
          goos: 'linux',
          goarch: 'amd64',
          num_goroutine: '8',
          num_cpu: '4',
        });
      case '/healthz':
      case '/readyz':
        return jsonAnswer(200, { status: 'OK' });
      case '/version':
        return jsonAnswer(200, { version: context.tag, commit: 'unknown' });
      case '/env':
        return jsonAnswer(
          200,
          [...context.env].map(([name, value]) => `${name}=${value}`),
        );
      case '/echo':
        return jsonAnswer(200, { body: new TextDecoder().decode(request.body ?? new Uint8Array()) });
      case '/metrics':
        return answer(200, '# HELP go_goroutines Number of goroutines.\ngo_goroutines 8\n');
      default: {
        const status = /^\/status\/(\d{3})$/.exec(pathOf(request))?.[1];
        return status
          ? jsonAnswer(Number(status), { status: Number(status) })
          : jsonAnswer(404, { code: 404 });
      }
    }
  },
};

/** Google's hello-app: its name and version on 8080. */
export const helloApp: ImageBehaviour = {
  sizeBytes: 12 * MEBIBYTE,
  ports: [8080],
  startMs: 100,
  stopMs: 50,
  milliCpu: 1,
  memoryBytes: 6 * MEBIBYTE,
  programs: ['hello-app'],
  startLines: () => ['Server listening on port 8080'],
  serve: (_request, { podName, tag }) =>
    answer(200, `Hello, world!\nVersion: ${/^\d+$/.test(tag) ? `${tag}.0.0` : tag}\nHostname: ${podName}\n`),
};

/** The guestbook's front end: a page on port 80. */
export const guestbookFrontend: ImageBehaviour = {
  sizeBytes: 170 * MEBIBYTE,
  ports: [80],
  startMs: 300,
  stopMs: 100,
  milliCpu: 3,
  memoryBytes: 20 * MEBIBYTE,
  programs: ['apache2-foreground'],
  startLines: () => ['[mpm_prefork:notice] Apache/2.4 (Debian) PHP configured -- resuming normal operations'],
  serve: (request) =>
    pathOf(request) === '/guestbook.php'
      ? answer(200, '{"data": ""}', 'application/json')
      : answer(
          200,
          '<html ng-app="redis">\n<head><title>Guestbook</title></head>\n<body>\n<h2>Guestbook</h2>\n</body>\n</html>\n',
          'text/html',
        ),
};

/** An image nothing is known about: it says who it is. */
export const unknownImage: ImageBehaviour = {
  sizeBytes: 60 * MEBIBYTE,
  ports: [],
  anyPort: true,
  startMs: 200,
  stopMs: 100,
  milliCpu: 2,
  memoryBytes: 16 * MEBIBYTE,
  programs: [],
  serve: (request, { podName, namespace, podIp, nodeName, image }) => ({
    ...(admitted(request) ??
      jsonAnswer(200, {
        pod: podName,
        namespace,
        podIP: podIp,
        node: nodeName,
        image,
        method: request.method,
        url: request.url,
      })),
    isGuess: true,
  }),
};

/** kube-webhook-certgen: makes certificates for webhooks, and ends. */
export const certgen: ImageBehaviour = {
  sizeBytes: 20 * MEBIBYTE,
  ports: [],
  interprets: true,
  entrypoint: ['/kube-webhook-certgen'],
  command: ['help'],
  startMs: 100,
  stopMs: 100,
  milliCpu: 1,
  memoryBytes: 10 * MEBIBYTE,
  programs: [],
};
