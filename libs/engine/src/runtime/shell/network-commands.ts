import { bytesFromText } from '../files/file-node.js';
import type { Builtin } from './builtin.js';
import { DNS_COMMANDS } from './dns-commands.js';
import { noteGuess } from './note-guess.js';
import type { NetworkReply, Reach } from '../container-runtime.js';
import { pathOf, type Pause, type ShellState } from './shell-state.js';

/** What simulated servers answer, in words (RFC 9110). */
const PHRASES: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Payload Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Flags of `curl`, `wget` and `nc` that have a value behind them. */
const VALUED = new Set([
  '-X',
  '-d',
  '-H',
  '-o',
  '-m',
  '-w',
  '-u',
  '-A',
  '-T',
  '-t',
  '-O',
  '--connect-timeout',
  '--interface',
  '--max-time',
  '--data',
  '--header',
  '--output',
  '--request',
  '--write-out',
  '--data-binary',
  '--data-raw',
  '--post-data',
  '-Y',
  '--retry',
]);

interface Call {
  readonly flags: ReadonlyMap<string, string>;
  readonly letters: string;
  readonly rest: readonly string[];
  readonly headers: readonly string[];
}

function read(args: readonly string[]): Call {
  const flags = new Map<string, string>();
  const rest: string[] = [];
  const headers: string[] = [];
  let letters = '';
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    const last = /^-[A-Za-z]+$/.test(arg) ? `-${arg.at(-1)}` : arg;
    const valued = /^-([A-Za-z]{0,20})([OoTtmXdHw])(.+)$/.exec(arg);
    if (!arg.startsWith('-') || arg === '-') rest.push(arg);
    else if (valued && !VALUED.has(arg) && (valued[2] === 'O' || /^[^A-Za-z]/.test(valued[3] ?? ''))) {
      // `-qO-`, `-m5`: the value stands right behind its letter.
      letters += valued[1] ?? '';
      flags.set(`-${valued[2] ?? ''}`, valued[3] ?? '');
    } else {
      if (/^-[A-Za-z]+$/.test(arg)) letters += arg.slice(1);
      if (last === '-H' || last === '--header') headers.push(args[++index] ?? '');
      else if (VALUED.has(last)) flags.set(last, args[++index] ?? '');
      else {
        const [name = arg, ...value] = arg.split('=');
        if (name === '--header') headers.push(value.join('='));
        else flags.set(name, value.join('='));
      }
    }
  }
  return { flags, letters, rest, headers };
}

const headersOf = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );

interface Address {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

function address(text: string): Address | undefined {
  const match = /^(?:(https?):\/\/)?(\[[^\]]+\]|[^/:?]+)(?::(\d+))?([/?].*)?$/.exec(text);
  if (!match) return undefined;
  const [, scheme, host = '', port, path = '/'] = match;
  return {
    host,
    port: Number(port ?? (scheme === 'https' ? 443 : 80)),
    path: path.startsWith('?') ? `/${path}` : path,
  };
}

const headOf = ({ status, headers }: NetworkReply): string =>
  `HTTP/1.1 ${status} ${PHRASES[status] ?? ''}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

/** How long a connection is tried that nobody answers (tcp_syn_retries: six, each twice as long as the one before). */
const CONNECT_TIMEOUT_MS = 127_000;

/** Lets the time pass in which an answer was hoped for. */
function* waitInVain(state: ShellState, seconds: string | undefined): Generator<Pause, void, undefined> {
  const asked = Number(seconds ?? Infinity) * 1000;
  const ms = asked > 0 ? Math.min(asked, CONNECT_TIMEOUT_MS) : CONNECT_TIMEOUT_MS;
  state.work++;
  yield { ms };
}

/** Redirections followed by one call (curl's --max-redirs is 50; nobody needs more than a few). */
const MOST_REDIRECTIONS = 10;

function followed(
  state: ShellState,
  to: Address,
  method: string,
  data: string | undefined,
  headers: Readonly<Record<string, string>>,
  follows: boolean,
): NetworkReply | Exclude<Reach, 'open'> {
  let at = to;
  for (let hop = 0; ; hop++) {
    const found = state.network.fetch(at.host, at.port, method, at.path, data, headers);
    if (!follows || typeof found === 'string' || hop === MOST_REDIRECTIONS) return found;
    const location = found.status >= 300 && found.status < 400 ? found.headers['location'] : undefined;
    const next = location?.startsWith('/') ? { ...at, path: location } : location && address(location);
    if (!next) return found;
    at = next;
  }
}

const curl: Builtin = function* ({ state, args }) {
  const { flags, letters, rest, headers: given } = read(args);
  const data = ['-d', '--data', '--data-raw', '--data-binary']
    .map((name) => flags.get(name))
    .find((text) => text !== undefined);
  const headers = headersOf(given);
  let code = 0;
  for (const url of rest) {
    const to = address(url);
    if (!to) return 3;
    state.noteOutside();
    const method =
      flags.get('-X') ??
      flags.get('--request') ??
      (data === undefined ? (letters.includes('I') ? 'HEAD' : 'GET') : 'POST');
    const found = followed(
      state,
      to,
      method,
      data,
      headers,
      letters.includes('L') || flags.has('--location'),
    );
    noteGuess(state, to.host, found);
    if (typeof found === 'string') {
      if (found === 'dropped')
        yield* waitInVain(
          state,
          flags.get('--connect-timeout') ?? flags.get('-m') ?? flags.get('--max-time'),
        );
      code = found === 'unknown' ? 6 : found === 'dropped' ? 28 : 7;
      if (!letters.includes('s') || letters.includes('S'))
        state.write(
          'stderr',
          code === 6
            ? `curl: (6) Could not resolve host: ${to.host}\n`
            : `curl: (${code}) Failed to connect to ${to.host} port ${to.port}${code === 28 ? ': Connection timed out' : ''}\n`,
        );
      continue;
    }
    if ((letters.includes('f') || flags.has('--fail')) && found.status >= 400) {
      state.write('stderr', `curl: (22) The requested URL returned error: ${found.status}\n`);
      code = 22;
      continue;
    }
    const file = flags.get('-o') ?? flags.get('--output');
    if (letters.includes('i') || letters.includes('I')) state.write('stdout', headOf(found));
    if (method === 'HEAD') continue;
    if (file === undefined) state.write('stdout', found.body);
    else if (file !== '/dev/null') state.files.write(pathOf(state, file), bytesFromText(found.body));
    const format = flags.get('-w') ?? flags.get('--write-out');
    if (format !== undefined)
      state.write('stdout', format.replaceAll('%{http_code}', String(found.status)).replaceAll('\\n', '\n'));
  }
  return code;
};

const wget: Builtin = function* ({ state, args }) {
  const { flags, rest, headers } = read(args);
  const to = address(rest[0] ?? '');
  if (!to) return 1;
  state.noteOutside();
  const body = flags.get('--post-data');
  const method = body === undefined ? 'GET' : 'POST';
  const found = state.network.fetch(to.host, to.port, method, to.path, body, headersOf(headers));
  noteGuess(state, to.host, found);
  if (typeof found === 'string' || found.status >= 400) {
    if (found === 'dropped') yield* waitInVain(state, flags.get('-T') ?? flags.get('--timeout'));
    const why =
      typeof found !== 'string'
        ? `server returned error: HTTP/1.1 ${found.status}`
        : found === 'unknown'
          ? `bad address '${to.host}'`
          : found === 'dropped'
            ? 'download timed out'
            : `can't connect to remote host (${to.host}): Connection refused`;
    state.write('stderr', `wget: ${why}\n`);
    return 1;
  }
  const file = flags.get('-O') ?? (to.path.split('?')[0]?.split('/').at(-1) || 'index.html');
  if (file === '-') state.write('stdout', found.body);
  else if (file !== '/dev/null') state.files.write(pathOf(state, file), bytesFromText(found.body));
  return 0;
};

/** What a web server says to a line that is no request of HTTP. */
const NO_REQUEST =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request';

const nc: Builtin = function* ({ state, args, input }) {
  const letters = new Set<string>();
  const rest: string[] = [];
  let seconds: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    const valued = /^-([a-zA-Z]{0,20}?)([wipqsoTXxb])(\d*)$/.exec(arg);
    if (!arg.startsWith('-')) rest.push(arg);
    else if (valued) {
      const value = valued[3] || args[++index];
      if (valued[2] === 'w') seconds = value;
      for (const letter of valued[1] ?? '') letters.add(letter);
    } else for (const letter of arg.slice(1)) letters.add(letter);
  }
  if (letters.has('l')) {
    yield { ms: Infinity };
    return 0;
  }
  const [host = '', portText = ''] = rest;
  const port = Number(portText);
  state.noteOutside();
  const udp = letters.has('u');
  const scans = letters.has('z');
  const outcome = state.network.reach(host, port, udp ? 'UDP' : 'TCP');
  // Nothing comes back from a port nobody hears, or from one that is kept from us.
  if (outcome === 'dropped' && !udp) yield* waitInVain(state, seconds);
  const told = {
    open: 'open',
    refused: 'Connection refused',
    dropped: 'Operation timed out',
    unknown: 'bad address',
  }[outcome];
  if (letters.has('v')) {
    const address = /^[\d.]+$/.test(host) ? host : (state.network.lookUp(host)[0] ?? host);
    const place = `${host} (${address}:${port})`;
    const line =
      outcome === 'open'
        ? `${place} open`
        : `nc: ${outcome === 'unknown' ? `${told} '${host}'` : `${place}: ${told}`}`;
    state.write('stderr', `${line}\n`);
  }
  if (outcome === 'unknown' || (outcome !== 'open' && !udp)) return 1;
  if (scans || input === '') return outcome === 'open' ? 0 : 1;
  const reply = udp ? state.network.datagram(host, port, input) : answerTo(state, host, port, input);
  if (reply !== undefined) state.write('stdout', reply);
  else if (udp && seconds !== undefined) yield* waitInVain(state, seconds);
  return 0;
};

/** What comes back on a connection; what is written to a web server is a request, or it says that it is none. */
function answerTo(state: ShellState, host: string, port: number, input: string): string | undefined {
  const [, method, path] = /^([A-Z]{1,10}) (\S{1,8192})(?: HTTP\/1\.[01])?\r?\n/.exec(input) ?? [];
  const found = state.network.fetch(host, port, method ?? 'GET', path ?? '/', undefined);
  noteGuess(state, host, found);
  if (typeof found === 'string') return undefined;
  return method === undefined ? NO_REQUEST : `${headOf(found)}${found.body}`;
}

/** Commands that use the cluster's network. */
export const NETWORK_COMMANDS: readonly (readonly [string, Builtin])[] = [
  ['curl', curl],
  ['wget', wget],
  ['nc', nc],
  ...DNS_COMMANDS,
  [
    'getent',
    ({ state, args }) => {
      const [database, name = ''] = args;
      state.noteOutside();
      const own = new RegExp(
        `^(\\S+)\\s(?:.*\\s)?${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:\\s|$)`,
        'm',
      ).exec(state.files.exists('/etc/hosts') ? state.files.read('/etc/hosts') : '')?.[1];
      const found =
        own ??
        (database?.startsWith('hosts') || database?.startsWith('ahosts')
          ? state.network.lookUp(name)[0]
          : undefined);
      if (found === undefined) return 2;
      state.write('stdout', `${found.padEnd(16)}  ${name}\n`);
      return 0;
    },
  ],
];
