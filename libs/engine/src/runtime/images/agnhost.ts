import type { HttpAnswer, HttpRequest } from '../container-runtime.js';
import { FileError, type ContainerFiles } from '../files/container-files.js';
import { nettest } from './agnhost-nettest.js';
import { distribution } from './distributions.js';
import {
  answer,
  MEBIBYTE,
  pathOf,
  queryOf,
  type ImageBehaviour,
  type ServerContext,
} from '../image-behaviour.js';
import { formatTime } from '../../time.js';
import { admissionWebhook, conversionWebhook, overTls } from './agnhost-webhooks.js';
import { flagsOf } from '../programs/agnhost.js';

/** A server among agnhost's subcommands: where it listens, and what it answers. */
interface Server {
  readonly ports: (flags: ReadonlyMap<string, string>, env: ReadonlyMap<string, string>) => readonly number[];
  readonly serve?: (request: HttpRequest, context: ServerContext) => HttpAnswer | undefined;
}

/** After so long `liveness` says that it is ill. */
const HEALTHY_MS = 10_000;
/** Calls one request to `/dial` may make. */
const MOST_TRIES = 100;
/** Port a client is seen to call from. */
const CLIENT_PORT = 40_000;
const PORT_VARIABLE = /^SERVE_(?:TCP_|TLS_|UDP_)?PORT_(\d+)$/;

const plain = (body: string, status = 200): HttpAnswer => answer(status, body);
const json = (value: unknown): HttpAnswer => answer(200, JSON.stringify(value));
const portFlag =
  (name: string, usual: number) =>
  (flags: ReadonlyMap<string, string>): number[] => [Number(flags.get(name) ?? usual)];

function redirect(location: string, code: number): HttpAnswer {
  return answer(
    code,
    `<a href="${location.replaceAll('"', '%22')}">Found</a>.\n\n`,
    'text/html; charset=utf-8',
    { location },
  );
}

function dial(request: HttpRequest, { network }: ServerContext): HttpAnswer {
  const query = queryOf(request);
  const host = query.get('host') ?? '';
  const port = Number(query.get('port') ?? 0);
  // A path with two slashes is asked for again with one (Go's ServeMux).
  const asked = (query.get('request') ?? '').replace(/^\/+/, '');
  if (asked === '') return plain('request parameter not specified. <nil>\n', 400);
  const responses: string[] = [];
  const errors: string[] = [];
  const tries = Math.min(MOST_TRIES, Number(query.get('tries') ?? 1) || 1);
  for (let attempt = 0; attempt < tries; attempt++) {
    if (query.get('protocol') === 'udp') {
      const reply = network.datagram(host, port, asked);
      if (reply === undefined)
        errors.push(`reading from udp connection failed. err:'read udp ${host}:${port}: i/o timeout'`);
      else responses.push(reply);
      continue;
    }
    const found = network.fetch(host, port, 'GET', `/${asked}`, undefined);
    if (typeof found === 'string')
      errors.push(
        `Get "http://${host}:${port}/${asked}": dial tcp ${host}:${port}: connect: connection ${found === 'dropped' ? 'timed out' : 'refused'}`,
      );
    else responses.push(found.body);
  }
  return json({
    ...(responses.length > 0 && { responses }),
    ...(errors.length > 0 && { errors }),
  });
}

/** `netexec`: what tests ask of a pod over HTTP. */
function netexec(request: HttpRequest, context: ServerContext): HttpAnswer {
  const query = queryOf(request);
  const code = Number(query.get('code') ?? 200);
  switch (pathOf(request).toLowerCase()) {
    case '/hostname':
      return plain(context.hostname);
    case '/echo':
      return plain(query.get('msg') ?? '', code);
    case '/clientip':
      return plain(`${request.clientIp ?? '127.0.0.1'}:${CLIENT_PORT}`);
    case '/serverport':
      return plain(String(context.port));
    case '/header': {
      const key = query.get('key');
      return plain(
        key === null ? JSON.stringify(request.headers) : (request.headers[key.toLowerCase()] ?? ''),
      );
    }
    case '/dial':
      return dial(request, context);
    case '/exit':
      context.exit(Number(query.get('code') ?? 0) & 0xff);
      return plain('');
    case '/shutdown':
      context.exit(0);
      return plain('');
    case '/redirect':
      return redirect(query.get('location') ?? '/', query.has('code') ? code : 302);
    case '/shell': {
      const { output, exitCode } = context.run([
        'sh',
        '-c',
        query.get('shellCommand') ?? query.get('cmd') ?? '',
      ]);
      return json({
        ...(output !== '' && { output }),
        ...(exitCode !== 0 && { error: `exit status ${exitCode}` }),
      });
    }
    case '/healthz':
      return plain('');
    case '/readyz':
      return plain('ok');
    default:
      return plain(`NOW: ${formatTime(context.nowMs)}`);
  }
}

function liveness(request: HttpRequest, { sinceStartMs }: ServerContext): HttpAnswer {
  switch (pathOf(request)) {
    case '/healthz':
      return sinceStartMs > HEALTHY_MS
        ? plain(`error: ${sinceStartMs / 1000}`, 500)
        : { ...plain('ok'), validUntilMs: HEALTHY_MS + 1 };
    case '/started':
      return plain(`${sinceStartMs / 1000}s`);
    case '/redirect':
      return redirect(decodeURIComponent(queryOf(request).get('loc') ?? '/'), 302);
    default:
      return plain('404 page not found\n', 404);
  }
}

/** What a guestbook keeps, and how much of one thing; the oldest gives way. */
const MOST_KEPT = 100;
const LONGEST_KEPT = 4096;

function keep(memory: Map<string, string>, name: string, value: string): void {
  memory.set(name.slice(0, LONGEST_KEPT), value.slice(0, LONGEST_KEPT));
  if (memory.size > MOST_KEPT) memory.delete(memory.keys().next().value ?? '');
}

/** The guestbook of agnhost: a front end, a primary that keeps what is written, replicas that follow it. */
function guestbook(request: HttpRequest, { words, memory, network }: ServerContext): HttpAnswer {
  const query = queryOf(request);
  const key = query.get('key') ?? '';
  const value = query.get('value') ?? '';
  const backend = Number(flagsOf(words).get('backend_port') ?? 6379);
  const refused = (told: string): HttpAnswer => plain(`encountered error: ${told}\n`, 417);
  switch (pathOf(request)) {
    case '/get':
      return json({ data: memory.get(`key ${key}`) ?? '' });
    case '/set': {
      if (key === '') return plain('cannot set with empty key.\n', 400);
      keep(memory, `key ${key}`, value);
      for (const name of memory.keys())
        if (name.startsWith('replica '))
          network.fetch(
            name.slice(8),
            backend,
            'GET',
            `/set?key=${encodeURIComponent(key)}&value=${encodeURIComponent(value)}`,
            undefined,
          );
      return json({ message: 'Updated' });
    }
    case '/register':
      keep(memory, `replica ${query.get('host') ?? ''}`, '');
      return json({ data: {} });
    case '/guestbook': {
      const command = (query.get('cmd') ?? '').toLowerCase();
      if (command !== 'get' && command !== 'set') return plain(`unsupported cmd: '${command}'\n`, 400);
      const host = command === 'get' ? 'agnhost-replica' : 'agnhost-primary';
      const path = `/${command}?key=${encodeURIComponent(key)}&value=${encodeURIComponent(value)}`;
      const found = network.fetch(host, backend, 'GET', path, undefined);
      return typeof found === 'string' ? refused(found) : plain(found.body, found.status);
    }
    default:
      return plain('404 page not found\n', 404);
  }
}

/** Serves the files of the container. */
export function serveFile(
  request: HttpRequest,
  { files }: Pick<ServerContext, 'files'>,
  root: string,
): HttpAnswer {
  const path = `${root}${decodeURIComponent(pathOf(request))}`;
  try {
    const all = files();
    const index = `${path}/index.html`;
    if (all.isDirectory(path) && !all.exists(index)) return listing(all, path);
    const found = all.isDirectory(path) ? index : path;
    return {
      status: 200,
      headers: { 'content-type': /\.html?$/.test(found) ? 'text/html' : 'text/plain; charset=utf-8' },
      body: Buffer.from(all.read(found), 'latin1'),
    };
  } catch (error) {
    if (error instanceof FileError || error instanceof URIError) return plain('404 page not found\n', 404);
    throw error;
  }
}

/** What is in a directory, as Go's file server shows it. */
function listing(files: ContainerFiles, path: string): HttpAnswer {
  const links = files.list(path).map((name) => {
    const shown = files.isDirectory(`${path}/${name}`) ? `${name}/` : name;
    const text = shown.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return `<a href="${encodeURI(shown).replaceAll('"', '%22')}">${text}</a>\n`;
  });
  const body = `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${links.join('')}</pre>\n`;
  return answer(200, body, 'text/html; charset=utf-8');
}

const SERVERS: Readonly<Record<string, Server>> = {
  netexec: {
    ports: (flags) => [Number(flags.get('http_port') ?? 8080), Number(flags.get('udp_port') ?? 8081)],
    serve: netexec,
  },
  'serve-hostname': { ports: portFlag('port', 9376), serve: (_request, { hostname }) => plain(hostname) },
  liveness: { ports: portFlag('port', 8080), serve: liveness },
  'test-webserver': {
    ports: portFlag('port', 80),
    serve: (request, context) => serveFile(request, context, '/'),
  },
  guestbook: { ports: portFlag('http_port', 80), serve: guestbook },
  porter: {
    ports: (_flags, env) =>
      [...env.keys()].flatMap((name) => {
        const port = PORT_VARIABLE.exec(name)?.[1];
        return port === undefined ? [] : [Number(port)];
      }),
    serve(request, { env, port, words }) {
      const body =
        env.get(`SERVE_PORT_${port}`) ??
        env.get(`SERVE_TCP_PORT_${port}`) ??
        env.get(`SERVE_TLS_PORT_${port}`) ??
        '';
      return words.includes('--json-response')
        ? answer(200, JSON.stringify({ Method: request.method, Body: body }), 'application/json')
        : answer(200, body, body.startsWith('<') ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8');
    },
  },
  nettest: { ports: portFlag('port', 8080), serve: nettest },
  'fake-gitserver': { ports: () => [8000], serve: () => plain('I am a fake git server') },
  'grpc-health-checking': {
    ports: (flags) => [Number(flags.get('port') ?? 5000), Number(flags.get('http_port') ?? 8080)],
  },
  'resource-consumer-controller': { ports: portFlag('port', 8080) },
  webhook: { ports: portFlag('port', 443), serve: overTls(admissionWebhook) },
  'crd-conversion-webhook': { ports: portFlag('port', 443), serve: overTls(conversionWebhook) },
};

const serverOf = (words: readonly string[]): Server | undefined => {
  const name = words[1] ?? '';
  return Object.hasOwn(SERVERS, name) ? SERVERS[name] : undefined;
};

/** The certificate the image brings for its servers; it is for `localhost`. */
const LOCALHOST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmDCCAT2gAwIBAgIUL3yeeQuatPyHJ+jvsYFMf1hN/4EwCgYIKoZIzj0EAwIw
EjEQMA4GA1UECgwHQWNtZSBDbzAgFw0yNjExMjExNTIxNTVaGA8yMTI2MTAyODE1
MjE1NVowEjEQMA4GA1UECgwHQWNtZSBDbzBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABEwyLlSore9wm6J7SL9VhfExmXKINYzaTk2ZF2DflEIibdnkleOLhIhxSeUK
oja9785hMpgL19eQyRC0u4tKh3OjbzBtMB0GA1UdDgQWBBTxwf2GyflcI32WMZQd
VYTbg8pH0jAfBgNVHSMEGDAWgBTxwf2GyflcI32WMZQdVYTbg8pH0jAPBgNVHRMB
Af8EBTADAQH/MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAKBggqhkjOPQQD
AgNJADBGAiEA3UPWEceMEcfbbtF7BiVV4rMVJbyaxmfTFABL3W5YAwwCIQDmS1Oz
54yNzPZOoNmvMLEs6JzmcfW7t7wwLBYS/tuy6A==
-----END CERTIFICATE-----
`;

/** Kubernetes' own test image. Its servers are here, its other programs in `programs/agnhost.ts`. */
export const agnhost: ImageBehaviour = {
  sizeBytes: 50 * MEBIBYTE,
  ports: [],
  portsOf: (words, env) => serverOf(words)?.ports(flagsOf(words), env) ?? [],
  interprets: true,
  entrypoint: ['/agnhost'],
  command: ['pause'],
  startMs: 100,
  stopMs: 100,
  milliCpu: 2,
  memoryBytes: 10 * MEBIBYTE,
  programs: ['agnhost', 'agnhost-2'],
  files: { ...distribution('alpine'), 'localhost.crt': LOCALHOST_CERTIFICATE },
  serve: (request, context) => serverOf(context.words)?.serve?.(request, context),
  datagram(text, { hostname, words, env, port }, client) {
    const asked = text.trim();
    switch (words[1] ?? '') {
      case 'serve-hostname':
        return hostname;
      case 'porter':
        return env.get(`SERVE_UDP_PORT_${port}`);
      case 'netexec':
        if (asked.toLowerCase() === 'hostname') return hostname;
        if (asked.toLowerCase() === 'clientip') return `${client}:${CLIENT_PORT}`;
        if (asked.toLowerCase() === 'serverport') return String(port);
        return /^echo (.*)$/is.exec(asked)?.[1]?.toLowerCase();
      default:
        return undefined;
    }
  },
  accessLine: (request) => `${request.method} ${request.url.slice(0, 1000)}`,
};

/** The pictures of Kubernetes' update demonstration: a web server that tells which picture it has. */
export const updateDemo = (picture: string): ImageBehaviour => ({
  ...agnhost,
  portsOf: () => [80],
  interprets: false,
  entrypoint: ['/test-webserver'],
  command: [],
  programs: ['test-webserver'],
  files: { ...distribution('alpine'), 'data.json': `{\n"image": "${picture}"\n}\n` },
  serve: (request, context) => serveFile(request, context, '/'),
});
