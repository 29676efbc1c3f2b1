import { answer, MEBIBYTE, pathOf, type ImageBehaviour } from '../image-behaviour.js';

const VERSION_TAGS =
  /^(?:latest|stable|mainline|alpine|perl|otel|slim|v?\d[\w.-]*|(?:stable|mainline|alpine|latest)-[\w.-]+|bookworm|trixie|alpine\d[\w.]*)$/;

const page = (title: string, body: string): string =>
  `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>\n${body}\n</body>\n</html>\n`;

/** nginx: its welcome page on port 80; other paths are not found unless a volume may have brought them. */
export const nginx: ImageBehaviour = {
  sizeBytes: 72 * MEBIBYTE,
  tags: VERSION_TAGS,
  ports: [80],
  startMs: 150,
  stopMs: 50,
  milliCpu: 2,
  memoryBytes: 8 * MEBIBYTE,
  programs: ['nginx', 'docker-entrypoint.sh'],
  startLines: ({ tag }) => [
    '/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration',
    '/docker-entrypoint.sh: Configuration complete; ready for start up',
    `nginx/${/^\d/.test(tag) ? tag : '1.29'}: start worker processes`,
  ],
  serve: (request, { configured, tag }) => {
    const server = { server: `nginx/${/^\d[\d.]*/.exec(tag)?.[0] ?? '1.29.4'}` };
    const path = pathOf(request);
    if (path === '/' || path === '/index.html' || configured)
      return answer(200, page('Welcome to nginx!', '<h1>Welcome to nginx!</h1>'), 'text/html', server);
    return answer(404, page('404 Not Found', '<center><h1>404 Not Found</h1></center>'), 'text/html', server);
  },
  accessLine: (request, { status, body }) =>
    `${request.clientIp ?? '-'} - - "${request.method} ${request.url.slice(0, 1000)} HTTP/1.1" ${status} ${body.length} "-" "${request.headers['user-agent'] ?? '-'}" "-"`,
};

/** The Apache HTTP server: `It works!` on port 80. */
export const httpd: ImageBehaviour = {
  sizeBytes: 58 * MEBIBYTE,
  tags: VERSION_TAGS,
  ports: [80],
  startMs: 200,
  stopMs: 100,
  milliCpu: 2,
  memoryBytes: 12 * MEBIBYTE,
  programs: ['httpd', 'httpd-foreground', 'apache2-foreground'],
  startLines: () => ['[mpm_event:notice] Apache/2.4 (Unix) configured -- resuming normal operations'],
  serve: (request, { configured }) =>
    pathOf(request) === '/' || configured
      ? answer(200, '<html><body><h1>It works!</h1></body></html>\n', 'text/html')
      : answer(404, page('404 Not Found', '<h1>Not Found</h1>'), 'text/html'),
};
