import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { HttpAnswer, HttpRequest } from '../container-runtime.js';
import { answer, MEBIBYTE, pathOf, type ImageBehaviour, type ServerContext } from '../image-behaviour.js';
import { flagsOf } from '../programs/agnhost.js';

/** Bytes one etcd holds; its own default is 2 GiB on a disk. */
const MOST_BYTES = 64 * MEBIBYTE;
/** Where it counts its writes, beside the keys, which begin with a slash here. */
const REVISION = 'revision';
const VERSION = '3.6.8';
const IDENTITY = { cluster_id: '14841639068965178418', member_id: '10276657743932975437', raft_term: '2' };

/** What is kept of a key. */
interface Kept {
  readonly value: string;
  readonly created: number;
  readonly changed: number;
  readonly version: number;
}

/** `etcd`: keys and values over its JSON gateway, its health and its version. What is kept ends with the process. */
export const etcd: ImageBehaviour = {
  sizeBytes: 60 * MEBIBYTE,
  ports: [2379, 2380],
  portsOf: (words) => {
    const flags = flagsOf(words);
    return [
      ...portsIn(flags.get('listen_client_urls') ?? 'http://localhost:2379'),
      ...portsIn(flags.get('listen_peer_urls') ?? 'http://localhost:2380'),
    ];
  },
  startMs: 300,
  stopMs: 100,
  milliCpu: 10,
  memoryBytes: 40 * MEBIBYTE,
  programs: ['etcd'],
  startLines: ({ words }) => {
    const urls = flagsOf(words).get('listen_client_urls') ?? 'http://localhost:2379';
    const line = (msg: string, fields: object): string =>
      JSON.stringify({ level: 'info', caller: 'embed/serve.go', msg, ...fields });
    return [
      line('starting etcd', { 'etcd-version': VERSION, 'listen-client-urls': urls.split(',') }),
      line('ready to serve client requests', {}),
    ];
  },
  serve,
};

const portsIn = (urls: string): number[] =>
  urls.split(',').flatMap((url) => (URL.canParse(url) ? [Number(new URL(url).port || 80)] : []));

function serve(request: HttpRequest, { memory }: ServerContext): HttpAnswer {
  const path = pathOf(request);
  if (path === '/health' || path === '/readyz' || path === '/livez')
    return path === '/health' ? json({ health: 'true', reason: '' }) : answer(200, 'ok\n');
  if (path === '/version') return json({ etcdserver: VERSION, etcdcluster: '3.6.0', storage: '3.6.0' });
  const act = request.method === 'POST' && Object.hasOwn(ACTIONS, path) ? ACTIONS[path] : undefined;
  if (!act) return answer(404, '404 page not found\n');
  const question = read(request.body);
  if (!question) return json({ code: 3, message: 'invalid JSON', details: [] }, 400);
  return act(question, memory);
}

type Action = (question: JsonObject, memory: Map<string, string>) => HttpAnswer;

const ACTIONS: Readonly<Record<string, Action>> = {
  '/v3/kv/put': put,
  '/v3/kv/range': range,
  '/v3/kv/deleterange': deleteRange,
  '/v3/maintenance/status': (_question, memory) => json({ header: header(memory), version: VERSION }),
};

function put(question: JsonObject, memory: Map<string, string>): HttpAnswer {
  const key = textOf(question['key']);
  if (key === '') return json({ code: 3, message: 'etcdserver: key is not provided', details: [] }, 400);
  const value = textOf(question['value']);
  const old = keptAt(memory, key);
  const size = sizeOf(memory) + key.length + value.length - (old ? old.value.length + key.length : 0);
  if (size > MOST_BYTES)
    return json({ code: 8, message: 'etcdserver: mvcc: database space exceeded', details: [] }, 429);
  const changed = revisionOf(memory) + 1;
  const created = old?.created ?? changed;
  const kept: Kept = { value, created, changed, version: (old?.version ?? 0) + 1 };
  memory.set(`/${key}`, JSON.stringify(kept));
  memory.set(REVISION, String(changed));
  memory.set('size', String(size));
  return json({ header: header(memory) });
}

function range(question: JsonObject, memory: Map<string, string>): HttpAnswer {
  const found = keysIn(question, memory);
  const limit = Number(question['limit'] ?? 0);
  const shown = limit > 0 ? found.slice(0, limit) : found;
  const kvs = question['count_only'] === true ? [] : shown.map((key) => entryOf(key, memory, question));
  return json({
    header: header(memory),
    ...(kvs.length > 0 && { kvs }),
    ...(shown.length < found.length && { more: true }),
    ...(found.length > 0 && { count: String(found.length) }),
  });
}

function deleteRange(question: JsonObject, memory: Map<string, string>): HttpAnswer {
  const found = keysIn(question, memory);
  if (found.length > 0) memory.set(REVISION, String(revisionOf(memory) + 1));
  for (const key of found) {
    const size = sizeOf(memory) - key.length - (keptAt(memory, key)?.value.length ?? 0);
    memory.set('size', String(size));
    memory.delete(`/${key}`);
  }
  return json({ header: header(memory), ...(found.length > 0 && { deleted: String(found.length) }) });
}

/** The keys a question is about, in their order: one, those up to `range_end`, or all from the first with a zero byte there. */
function keysIn(question: JsonObject, memory: Map<string, string>): string[] {
  const first = textOf(question['key']);
  const end = textOf(question['range_end']);
  if (end === '') return memory.has(`/${first}`) ? [first] : [];
  return [...memory.keys()]
    .filter((name) => name.startsWith('/'))
    .map((name) => name.slice(1))
    .filter((key) => key >= first && (end === '\0' || key < end))
    .sort();
}

function entryOf(key: string, memory: Map<string, string>, question: JsonObject): JsonObject {
  const kept = keptAt(memory, key);
  return {
    key: Buffer.from(key, 'latin1').toString('base64'),
    create_revision: String(kept?.created ?? 0),
    mod_revision: String(kept?.changed ?? 0),
    version: String(kept?.version ?? 0),
    ...(question['keys_only'] !== true && {
      value: Buffer.from(kept?.value ?? '', 'latin1').toString('base64'),
    }),
  };
}

const keptAt = (memory: Map<string, string>, key: string): Kept | undefined => {
  const text = memory.get(`/${key}`);
  return text === undefined ? undefined : (JSON.parse(text) as Kept);
};

const sizeOf = (memory: Map<string, string>): number => Number(memory.get('size') ?? 0);
const revisionOf = (memory: Map<string, string>): number => Number(memory.get(REVISION) ?? 1);
const header = (memory: Map<string, string>): JsonObject => ({
  ...IDENTITY,
  revision: String(revisionOf(memory)),
});

/** Bytes as the letters of Latin 1: keys are compared byte by byte. */
const textOf = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? Buffer.from(value, 'base64').toString('latin1') : '';

const json = (value: JsonObject, status = 200): HttpAnswer =>
  answer(status, JSON.stringify(value), 'application/json');

function read(body: Uint8Array | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body ?? []).toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
