import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import { FileError } from '../files/container-files.js';
import { textFromBytes } from '../files/file-node.js';
import { flagsOf } from './agnhost.js';
import type { ShellState } from '../shell/shell-state.js';

const OWN_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const API = 'kubernetes.default.svc';

class Failure extends Error {}

/**
 * What charts run around webhooks (kube-webhook-certgen): `create` keeps an authority and a certificate in a Secret unless there is
 * one, `patch` writes that authority into webhook configurations. Both ask the API with the rights of the pod.
 */
export function webhookCertgen(words: readonly string[], state: ShellState): number {
  state.noteOutside();
  const flags = flagsOf(words.slice(2));
  const told = (level: string, msg: string): void =>
    state.write('stderr', `${JSON.stringify({ level, msg, source: 'cmd/root.go' })}\n`);
  try {
    const [, command] = words;
    if (command === 'create') told('info', create(flags, state));
    else if (command === 'patch') for (const line of patch(flags, state)) told('info', line);
    else throw new Failure('say create or patch');
    return 0;
  } catch (error) {
    if (!(error instanceof Failure) && !(error instanceof FileError)) throw error;
    told('fatal', error.message);
    return 1;
  }
}

type Flags = ReadonlyMap<string, string>;

function create(flags: Flags, state: ShellState): string {
  const { collection, name, found } = secretOf(flags, state);
  if (found) return 'secret already exists';
  const hosts = (flags.get('host') ?? '').split(',').filter((host) => host !== '');
  const nowMs = state.startedMs + state.nowMs;
  const maker = state.network.certificates;
  if (!maker) throw new Failure('no keys can be made here: the cluster is not served');
  const made = maker.forServer(hosts, nowMs);
  const data = Object.fromEntries(
    [
      ['ca', made.ca],
      [flags.get('cert_name') ?? 'cert', made.cert],
      [flags.get('key_name') ?? 'key', made.key],
    ].map(([key = '', text = '']) => [key, Buffer.from(text).toString('base64')]),
  );
  const type = flags.get('secret_type') ?? 'Opaque';
  ask(state, 'POST', collection, { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type, data });
  return 'created secret';
}

function patch(flags: Flags, state: ShellState): string[] {
  const { name, found } = secretOf(flags, state);
  const data = found?.['data'];
  const authority = isJsonObject(data) ? data['ca'] : undefined;
  if (typeof authority !== 'string') throw new Failure(`no secret with ${JSON.stringify(name)} and a ca`);
  const configuration = flags.get('webhook_name') ?? '';
  const policy = flags.get('patch_failure_policy') ?? '';
  return (['mutating', 'validating'] as const)
    .filter((which) => configuration !== '' && flags.get(`patch_${which}`) !== 'false')
    .map((which) => {
      const path = `/apis/admissionregistration.k8s.io/v1/${which}webhookconfigurations/${configuration}`;
      const old = ask(state, 'GET', path);
      if (!old) throw new Failure(`no ${which} webhook configuration named ${JSON.stringify(configuration)}`);
      const webhooks = Array.isArray(old['webhooks']) ? old['webhooks'] : [];
      ask(state, 'PUT', path, { ...old, webhooks: webhooks.map((one) => patched(one, authority, policy)) });
      return `patched ${which} hook`;
    });
}

function patched(webhook: JsonValue, caBundle: string, failurePolicy: string): JsonValue {
  if (!isJsonObject(webhook)) return webhook;
  const clientConfig = isJsonObject(webhook['clientConfig']) ? webhook['clientConfig'] : {};
  return {
    ...webhook,
    clientConfig: { ...clientConfig, caBundle },
    ...(failurePolicy !== '' && { failurePolicy }),
  };
}

function secretOf(
  flags: Flags,
  state: ShellState,
): { readonly collection: string; readonly name: string; readonly found: JsonObject | undefined } {
  const collection = `/api/v1/namespaces/${flags.get('namespace') ?? ''}/secrets`;
  const name = flags.get('secret_name') ?? '';
  return { collection, name, found: ask(state, 'GET', `${collection}/${name}`) };
}

/** Asks the API; undefined for what is not there. */
function ask(state: ShellState, method: string, path: string, body?: JsonObject): JsonObject | undefined {
  const token = textFromBytes(state.files.read(OWN_TOKEN));
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const sent = body && JSON.stringify(body);
  const reply = state.network.fetch(API, 443, method, path, sent, headers);
  if (typeof reply === 'string') throw new Failure(`${method} https://${API}${path}: ${reply}`);
  if (reply.status === 404) return undefined;
  const value = read(reply.body);
  if (reply.status < 300) return value;
  const { message } = value;
  throw new Failure(typeof message === 'string' ? message : `${method} ${path}: ${reply.status}`);
}

function read(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
