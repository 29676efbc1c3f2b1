import type { Clock } from '../clock.js';
import type { ContainerNetwork, HttpAnswer, HttpRequest, TlsIdentity } from './container-runtime.js';
import type { ContainerFiles } from './files/container-files.js';
import type { ImageFiles } from './files/image-root.js';

/** Who answers a request. */
export interface ServerContext {
  readonly podName: string;
  readonly namespace: string;
  readonly podIp: string;
  readonly nodeName: string;
  readonly image: string;
  readonly tag: string;
  readonly port: number;
  readonly env: ReadonlyMap<string, string>;
  readonly hostname: string;
  /** True when a volume brings its configuration: it may do other things than out of the box. */
  readonly configured: boolean;
  /** The command line of the server. */
  readonly words: readonly string[];
  readonly sinceStartMs: number;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly files: () => ContainerFiles;
  readonly network: ContainerNetwork;
  readonly clock: Clock;
  /** What the program remembers, for as long as it runs. */
  readonly memory: Map<string, string>;
  readonly exit: (exitCode: number) => void;
  /** Runs a command in the container. */
  readonly run: (command: readonly string[]) => { readonly exitCode: number; readonly output: string };
}

/** How a kind of image behaves when it runs. Times in milliseconds. */
export interface ImageBehaviour {
  readonly sizeBytes: number;
  /** Tags that exist, where that is known; all others are not found. */
  readonly tags?: RegExp;
  /** Ports it listens on out of the box; declared container ports are added. */
  readonly ports: readonly number[];
  /** The ports a command line makes it listen on; in place of all others. */
  portsOf?(words: readonly string[], env: ReadonlyMap<string, string>): readonly number[];
  /** True when it answers on any port it is asked on: nothing is known about it. */
  readonly anyPort?: boolean;
  /** From start until it listens. */
  readonly startMs: number;
  /** From the termination signal to its end; undefined when it ignores the signal. */
  readonly stopMs: number | undefined;
  readonly milliCpu: number;
  readonly memoryBytes: number;
  /** What the words of a container's `args` are given to. */
  readonly entrypoint?: readonly string[];
  /** Contents of its file system that matter, by absolute path. */
  readonly files?: ImageFiles;
  /** User it runs as when the pod does not say. */
  readonly user?: number;
  /** What runs when the container names no command; undefined for a server that runs until stopped. */
  readonly command?: readonly string[];
  /** Names under which its server is started, beside having no command at all. */
  readonly programs: readonly string[];
  /** True when its programs are followed as scripts are. */
  readonly interprets?: boolean;
  /** Lines a server writes when it starts. */
  startLines?(context: ServerContext): readonly string[];
  /** What it answers; undefined closes the connection. */
  serve?(request: HttpRequest, context: ServerContext): HttpAnswer | undefined;
  /** Key and certificate with which it serves TLS; undefined where it speaks plainly. */
  tls?(context: ServerContext): TlsIdentity | undefined;
  /** What it answers to a datagram. */
  datagram?(text: string, context: ServerContext, client: string): string | undefined;
  /** The line it writes for a request it served. */
  accessLine?(request: HttpRequest, answer: HttpAnswer, timeMs: number): string | undefined;
}

export const MEBIBYTE = 1024 * 1024;

/** A plain answer. */
export function answer(
  status: number,
  body: string,
  contentType = 'text/plain; charset=utf-8',
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, headers: { 'content-type': contentType, ...headers }, body };
}

/** An answer in JSON. */
export function jsonAnswer(status: number, value: unknown): HttpAnswer {
  return answer(status, `${JSON.stringify(value, undefined, 2)}\n`, 'application/json; charset=utf-8');
}

/** The path of a request without its query. */
export function pathOf(request: HttpRequest): string {
  const end = request.url.search(/[?#]/);
  return end < 0 ? request.url : request.url.slice(0, end);
}

/** The query of a request. */
export function queryOf(request: HttpRequest): URLSearchParams {
  const start = request.url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : request.url.slice(start + 1));
}
