import type { HttpAnswer, HttpRequest } from '../container-runtime.js';
import { answer, MEBIBYTE, pathOf, type ImageBehaviour, type ServerContext } from '../image-behaviour.js';
import { serveFile } from './agnhost.js';

const VERSION_TAGS =
  /^(?:latest|stable|mainline|alpine|perl|otel|slim|v?\d[\w.-]*|(?:stable|mainline|alpine|latest)-[\w.-]+|bookworm|trixie|alpine\d[\w.]*)$/;

const page = (title: string, body: string): string =>
  `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>\n${body}\n</body>\n</html>\n`;

/** Where the servers find what they serve. */
const NGINX_PAGES = '/usr/share/nginx/html';
const HTTPD_PAGES = '/usr/local/apache2/htdocs';

/** A file of the server's pages; what is not there may be something a mounted configuration makes. */
function served(
  request: HttpRequest,
  context: ServerContext,
  root: string,
  notFound: HttpAnswer,
): HttpAnswer {
  const found = serveFile(request, context, root);
  if (found.status === 200) return found;
  return context.configured && pathOf(request) !== '/' ? answer(200, 'ok\n') : notFound;
}

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
  files: {
    [`${NGINX_PAGES.slice(1)}/index.html`]: page('Welcome to nginx!', '<h1>Welcome to nginx!</h1>'),
  },
  serve(request, context) {
    const missing = answer(
      404,
      page('404 Not Found', '<center><h1>404 Not Found</h1></center>'),
      'text/html',
    );
    const found = served(request, context, NGINX_PAGES, missing);
    const server = `nginx/${/^\d[\d.]*/.exec(context.tag)?.[0] ?? '1.29.4'}`;
    return { ...found, headers: { ...found.headers, server } };
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
  files: { [`${HTTPD_PAGES.slice(1)}/index.html`]: '<html><body><h1>It works!</h1></body></html>\n' },
  serve: (request, context) =>
    served(
      request,
      context,
      HTTPD_PAGES,
      answer(404, page('404 Not Found', '<h1>Not Found</h1>'), 'text/html'),
    ),
};
