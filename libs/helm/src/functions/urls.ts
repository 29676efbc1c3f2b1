import { goQuote } from '../template/go-quote.js';
import { bytesString, stringBytes } from '../template/go-strings.js';
import { type GoValue, kindName } from '../template/values.js';
import { define, type FunctionTable } from './signature.js';

/** The parts of a URL as Go's net/url has them. */
interface Url {
  scheme: string;
  opaque: string;
  userinfo: string;
  host: string;
  path: string;
  /** The path as written, when encoding it again would give something else. */
  rawPath: string;
  query: string;
  fragment: string;
}

function failure(text: string, reason: string): Error {
  return new Error(`parse ${goQuote(text)}: ${reason}`);
}

function unescape(text: string, whole: string): string {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text);
  if (bad) throw failure(whole, `invalid URL escape ${goQuote(bad[0])}`);
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  const source = stringBytes(text);
  for (let index = 0; index < source.length; index++) {
    if (source[index] === 0x25) {
      bytes.push(Number.parseInt(String.fromCharCode(source[index + 1] ?? 0, source[index + 2] ?? 0), 16));
      index += 2;
    } else bytes.push(source[index] ?? 0);
  }
  return bytesString(Uint8Array.from(bytes));
}

const KEEP_IN_PATH = /[A-Za-z0-9\-_.~$&+,/:;=@]/;
const KEEP_IN_FRAGMENT = /[A-Za-z0-9\-_.~$&+,/:;=?@!()*]/;
const KEEP_IN_USER = /[A-Za-z0-9\-_.~$&+,;=]/;

function escape(text: string, keep: RegExp): string {
  return Array.from(stringBytes(text), (byte) => {
    const char = String.fromCharCode(byte);
    return byte < 0x80 && keep.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function parseAuthority(authority: string, whole: string): { userinfo: string; host: string } {
  const at = authority.lastIndexOf('@');
  const host = unescape(authority.slice(at + 1), whole);
  const port = host.startsWith('[')
    ? host.slice(host.lastIndexOf(']') + 1)
    : host.slice(host.indexOf(':') < 0 ? host.length : host.lastIndexOf(':'));
  if (port !== '' && !/^:\d*$/.test(port)) throw failure(whole, `invalid port ${goQuote(port)} after host`);
  if (/[ "<>\\^`{|}]/.test(host)) {
    throw failure(whole, `invalid character ${goQuote(/[ "<>\\^`{|}]/.exec(host)?.[0] ?? '')} in host name`);
  }
  if (at < 0) return { userinfo: '', host };
  const userinfo = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) throw failure(whole, 'net/url: invalid userinfo');
  const colon = userinfo.indexOf(':');
  const user = escape(unescape(colon < 0 ? userinfo : userinfo.slice(0, colon), whole), KEEP_IN_USER);
  return {
    userinfo:
      colon < 0 ? user : `${user}:${escape(unescape(userinfo.slice(colon + 1), whole), KEEP_IN_USER)}`,
    host,
  };
}

/** url.Parse. Throws in Go's words. */
export function parseUrl(text: string): Url {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) throw failure(text, 'net/url: invalid control character in URL');
  const hash = text.indexOf('#');
  const fragment = hash < 0 ? '' : unescape(text.slice(hash + 1), text);
  let rest = hash < 0 ? text : text.slice(0, hash);
  const url: Url = {
    scheme: '',
    opaque: '',
    userinfo: '',
    host: '',
    path: '',
    rawPath: '',
    query: '',
    fragment,
  };
  if (rest === '*') return { ...url, path: '*' };
  const scheme = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(rest);
  if (scheme) {
    url.scheme = (scheme[1] ?? '').toLowerCase();
    rest = rest.slice(scheme[0].length);
  } else if (rest.startsWith(':')) throw failure(text, 'missing protocol scheme');
  const question = rest.indexOf('?');
  if (question >= 0) {
    url.query = rest.slice(question + 1);
    rest = rest.slice(0, question);
  }
  if (!rest.startsWith('/')) {
    if (url.scheme !== '') return { ...url, opaque: rest };
    if ((rest.split('/')[0] ?? '').includes(':'))
      throw failure(text, 'first path segment in URL cannot contain colon');
  }
  if (rest.startsWith('//') && (url.scheme !== '' || !rest.startsWith('///'))) {
    const slash = rest.indexOf('/', 2);
    const authority = rest.slice(2, slash < 0 ? undefined : slash);
    rest = slash < 0 ? '' : rest.slice(slash);
    Object.assign(url, parseAuthority(authority, text));
  }
  url.path = unescape(rest, text);
  url.rawPath = escape(url.path, KEEP_IN_PATH) === rest ? '' : rest;
  return url;
}

function hostname(host: string): string {
  if (host.startsWith('[')) return host.slice(1, host.indexOf(']'));
  const colon = host.lastIndexOf(':');
  return colon < 0 ? host : host.slice(0, colon);
}

/** url.URL's String. */
export function formatUrl(url: Omit<Url, 'rawPath'>): string {
  let out = url.scheme === '' ? '' : `${url.scheme}:`;
  if (url.opaque !== '') out += url.opaque;
  else {
    if (url.scheme !== '' || url.host !== '' || url.userinfo !== '') {
      if (url.host !== '' || url.path !== '' || url.userinfo !== '') {
        if (!(
          url.scheme !== '' &&
          url.host === '' &&
          url.userinfo === '' &&
          !url.path.startsWith('//') &&
          !url.path.startsWith('/')
        ))
          out += '//';
      }
      if (url.userinfo !== '') out += `${url.userinfo}@`;
      out += escape(url.host, /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%]/);
    }
    const path = escape(url.path, KEEP_IN_PATH);
    if (path !== '' && !path.startsWith('/') && url.host !== '') out += '/';
    if (out === '' && (path.split('/')[0] ?? '').includes(':')) out += './';
    out += path;
  }
  if (url.query !== '') out += `?${url.query}`;
  return url.fragment === '' ? out : `${out}#${escape(url.fragment, KEEP_IN_FRAGMENT)}`;
}

function partOf(map: ReadonlyMap<string, GoValue>, key: string): string {
  const value = map.get(key);
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  throw new Error(`unable to parse ${key} key, must be of type string, but ${kindName(value)} found`);
}

/** Sprig's URL functions. */
export const urlFunctions: FunctionTable = {
  urlParse: define('string', (text) => {
    let url: Url;
    try {
      url = parseUrl(text);
    } catch (error) {
      throw new Error(`unable to parse url: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    return new Map<string, GoValue>([
      ['scheme', url.scheme],
      ['host', url.host],
      ['hostname', hostname(url.host)],
      ['path', url.path],
      ['query', url.query],
      ['opaque', url.opaque],
      ['fragment', url.fragment],
      ['userinfo', url.userinfo],
    ]);
  }),
  urlJoin: define('map', (map) => {
    const [scheme, host, path, query, opaque, fragment] = [
      'scheme',
      'host',
      'path',
      'query',
      'opaque',
      'fragment',
    ].map((key) => partOf(map, key)) as [string, string, string, string, string, string];
    const given = partOf(map, 'userinfo');
    const userinfo = given === '' ? '' : parseUrl(`proto://${given}@host`).userinfo;
    return formatUrl({ scheme, host, path, query, opaque, fragment, userinfo });
  }),
};
