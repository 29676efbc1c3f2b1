import { isJsonObject, type JsonObject } from '@lotse/manifests';
import type { ContainerNetwork } from '../container-runtime.js';
import { FileError, type ContainerFiles } from '../files/container-files.js';
import { textFromBytes } from '../files/file-node.js';

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const HOST = 'kubernetes.default.svc';

/** What the API of the cluster answered. */
export interface HostAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/** The API of the cluster as a program in one of its pods asks it: with the token of the pod's service account. */
export class HostApi {
  readonly #network: ContainerNetwork;
  readonly #files: () => ContainerFiles;

  constructor(network: ContainerNetwork, files: () => ContainerFiles) {
    this.#network = network;
    this.#files = files;
  }

  /** Undefined when nobody answers. */
  ask(method: 'GET' | 'POST', path: string, body?: JsonObject): HostAnswer | undefined {
    const token = this.#token();
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    };
    const reply = this.#network.fetch(HOST, 443, method, path, body && JSON.stringify(body), headers);
    if (typeof reply === 'string') return undefined;
    try {
      const value: unknown = JSON.parse(reply.body);
      return { status: reply.status, body: isJsonObject(value) ? value : {} };
    } catch {
      return { status: reply.status, body: {} };
    }
  }

  #token(): string {
    try {
      return textFromBytes(this.#files().read(TOKEN)).trim();
    } catch (error) {
      if (error instanceof FileError) return '';
      throw error;
    }
  }
}
