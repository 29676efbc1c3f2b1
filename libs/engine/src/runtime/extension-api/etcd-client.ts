import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { ContainerNetwork } from '../container-runtime.js';

/** A key with its value. */
export interface EtcdEntry {
  readonly key: string;
  readonly value: string;
}

/** What is under a prefix, and the revision it was read at. */
export interface EtcdRange {
  readonly revision: number;
  readonly entries: readonly EtcdEntry[];
}

/** No etcd answers, or not as one. */
export class EtcdError extends Error {}

const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const decoded = (value: JsonValue | undefined): string =>
  Buffer.from(typeof value === 'string' ? value : '', 'base64').toString('utf8');

/** The first key behind all that begin with a prefix (clientv3.GetPrefixRangeEnd). */
export function endOfPrefix(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

/** Speaks to an etcd over its JSON gateway (etcd.io/docs, "gRPC gateway"). Throws EtcdError. */
export class EtcdClient {
  readonly #network: ContainerNetwork;
  readonly #server: string;

  /** `server` as `--etcd-servers` names it: `http://127.0.0.1:2379`. */
  constructor(network: ContainerNetwork, server: string) {
    this.#network = network;
    this.#server = server;
  }

  range(prefix: string): EtcdRange {
    const answer = this.#ask('/v3/kv/range', {
      key: encoded(prefix),
      range_end: encoded(endOfPrefix(prefix)),
    });
    const header = answer['header'];
    const revision = isJsonObject(header) ? Number(header['revision']) : 0;
    const kvs = Array.isArray(answer['kvs']) ? answer['kvs'].filter(isJsonObject) : [];
    return {
      revision,
      entries: kvs.map((one) => ({ key: decoded(one['key']), value: decoded(one['value']) })),
    };
  }

  put(key: string, value: string): void {
    this.#ask('/v3/kv/put', { key: encoded(key), value: encoded(value) });
  }

  remove(key: string): void {
    this.#ask('/v3/kv/deleterange', { key: encoded(key) });
  }

  #ask(path: string, question: Readonly<Record<string, string>>): Readonly<Record<string, JsonValue>> {
    if (!URL.canParse(this.#server)) throw new EtcdError(`${JSON.stringify(this.#server)} is not an address`);
    const { hostname, port } = new URL(this.#server);
    const headers = { 'content-type': 'application/json' };
    const reply = this.#network.fetch(
      hostname,
      Number(port || 2379),
      'POST',
      path,
      JSON.stringify(question),
      headers,
    );
    if (typeof reply === 'string') throw new EtcdError(`${this.#server}: connection ${reply}`);
    if (reply.status !== 200 || reply.isGuess)
      throw new EtcdError(
        `${this.#server}${path} answered ${reply.isGuess ? 'nothing of an etcd' : reply.status}`,
      );
    const answer = parsed(reply.body);
    if (!answer) throw new EtcdError(`${this.#server}${path} answered nothing of an etcd`);
    return answer;
  }
}

/** The object a text stands for; undefined for what is none. */
export function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
