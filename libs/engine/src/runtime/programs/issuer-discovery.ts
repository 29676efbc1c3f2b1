import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { isJsonObject, type JsonObject } from '@lotse/manifests';
import { textFromBytes } from '../files/file-node.js';
import type { NetworkReply } from '../container-runtime.js';
import { pathOf, type ShellState } from '../shell/shell-state.js';

const OWN_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const API = 'kubernetes.default.svc';

class Failure extends Error {}

/**
 * Does what somebody does who is shown a service account's token: reads from the issuer where its keys are, fetches them, and
 * checks signature, issuer, audience and time. Exits 0 when all is well.
 */
export function checkIssuer(flags: ReadonlyMap<string, string>, state: ShellState): number {
  state.noteOutside();
  const print = (text: string): void => state.write('stderr', `${text}\n`);
  try {
    const token = read(state, flags.get('token_path') ?? '');
    print('OK: Got token');
    const [header = '', claims = '', signature = ''] = token.split('.');
    const said = decoded(claims);
    const configuration = fetchJson(state, API, '/.well-known/openid-configuration');
    const { issuer, jwks_uri: keysAt } = configuration;
    if (said['iss'] !== issuer)
      throw new Failure(`the token is from ${shown(said['iss'])}, not from ${shown(issuer)}`);
    print(`OK: Constructed OIDC provider for issuer ${shown(issuer)}`);
    if (typeof keysAt !== 'string' || !URL.canParse(keysAt))
      throw new Failure(`no address of keys: ${shown(keysAt)}`);
    const { hostname, pathname, search } = new URL(keysAt);
    const { keys } = fetchJson(state, hostname, `${pathname}${search}`);
    const wanted = decoded(header)['kid'];
    const key = (Array.isArray(keys) ? keys : []).find(
      (each) => isJsonObject(each) && each['kid'] === wanted,
    );
    if (!isJsonObject(key)) throw new Failure(`no key named ${shown(wanted)}`);
    if (!isSigned(key, `${header}.${claims}`, signature)) throw new Failure('the signature is wrong');
    const audience = flags.get('audience') ?? '';
    if (![said['aud']].flat().includes(audience))
      throw new Failure(`expected audience ${shown(audience)} got ${shown(said['aud'])}`);
    const nowSeconds = (state.startedMs + state.nowMs) / 1000;
    if (Number(said['exp']) <= nowSeconds) throw new Failure('the token is expired');
    print('OK: Validated signature on JWT');
    print(`OK: Got valid claims from token: ${shown(said)}`);
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    print(error.message);
    return 1;
  }
}

const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
const read = (state: ShellState, path: string): string =>
  textFromBytes(state.files.read(pathOf(state, path)));

function decoded(part: string): JsonObject {
  return parsed(Buffer.from(part, 'base64url').toString(), 'the token');
}

function parsed(text: string, what: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Told below.
  }
  throw new Failure(`${what} holds no JSON object`);
}

function fetchJson(state: ShellState, host: string, path: string): JsonObject {
  const headers = { authorization: `Bearer ${read(state, OWN_TOKEN)}` };
  const found: NetworkReply | string = state.network.fetch(host, 443, 'GET', path, undefined, headers);
  if (typeof found === 'string') throw new Failure(`Get "https://${host}${path}": ${found}`);
  if (found.status !== 200) throw new Failure(`Get "https://${host}${path}": ${found.status}: ${found.body}`);
  return parsed(found.body, path);
}

/** ES256 and RS256, as issuers of clusters sign. */
function isSigned(key: JsonObject, body: string, signature: string): boolean {
  try {
    const publicKey = createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
    const how = key['kty'] === 'EC' ? { key: publicKey, dsaEncoding: 'ieee-p1363' as const } : publicKey;
    return verify('sha256', Buffer.from(body), how, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
