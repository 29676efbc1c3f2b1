import type { CertificateMaker } from './certificate-maker.js';
import type { StreamSink } from '../api/api-request.js';
import type { Clock } from '../clock.js';
import type { DnsAnswer, DnsQuestion } from '../network/dns/dns-record.js';
import type { Container, Pod } from '../types/index.js';
import type { ContainerFiles } from './files/container-files.js';
import type { DirectoryNode } from './files/file-node.js';

/** What a container is started from. */
export interface ContainerRequest {
  readonly pod: Pod;
  readonly container: Container;
  readonly restartCount: number;
  /** The environment with references resolved. */
  readonly env: ReadonlyMap<string, string>;
  readonly podIp: string;
  /** What it is called on the network. */
  readonly hostname: string;
  /** Milliseconds since the epoch. */
  readonly startedMs: number;
  /** Its file system, made when it is first looked at. */
  readonly files: () => ContainerFiles;
  readonly network: ContainerNetwork;
  /** For what goes on after a request was answered: a watch. */
  readonly clock: Clock;
  /** Ends its program from within. */
  readonly exit: (exitCode: number) => void;
}

/** What becomes of a call to an address. */
export type Reach = 'open' | 'refused' | 'dropped' | 'unknown';

/** The answer to a request. */
export interface NetworkReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** True when nothing is known about the program that answered. */
  readonly isGuess: boolean;
}

/** The network as a container sees it. Calls are answered in no time. */
export interface ContainerNetwork {
  readonly ip: string;
  /** Address of the cluster's DNS. */
  readonly server: string;
  fetch(
    host: string,
    port: number,
    method: string,
    path: string,
    body: string | undefined,
    headers?: Readonly<Record<string, string>>,
  ): NetworkReply | Exclude<Reach, 'open'>;
  reach(host: string, port: number, protocol: 'TCP' | 'UDP'): Reach;
  /** The answer to a datagram; undefined when none comes. */
  datagram(host: string, port: number, text: string): string | undefined;
  lookUp(host: string): readonly string[];
  /** Whether anybody at an address answers an echo request. */
  answersPing(address: string): boolean;
  /** Asks the cluster's DNS about a whole name. */
  ask(question: DnsQuestion): DnsAnswer;
  /** Who makes keys; nobody in a cluster that is not served. */
  readonly certificates?: CertificateMaker | undefined;
}

/** What pulling an image comes to. */
export type ImagePull =
  | { readonly ms: number; readonly sizeBytes: number; readonly imageId: string; readonly name: string }
  | { readonly ms: number; readonly reason: 'ErrImagePull' | 'InvalidImageName'; readonly message: string };

/** How a process ends. */
export interface ProcessEnd {
  /** Milliseconds from the start (or from the signal) until it has ended. */
  readonly afterMs: number;
  readonly exitCode: number;
  readonly reason?: 'OOMKilled';
  /** The text of its termination log. */
  readonly message?: string;
}

/** One question of a probe or hook, with names and ports resolved. */
export type ProbeAction =
  | {
      readonly type: 'http';
      readonly port: number;
      readonly path: string;
      readonly scheme: string;
      readonly host: string;
    }
  | { readonly type: 'tcp'; readonly port: number; readonly host: string }
  | { readonly type: 'grpc'; readonly port: number; readonly host: string; readonly service: string }
  | { readonly type: 'exec'; readonly command: readonly string[] }
  | { readonly type: 'sleep'; readonly seconds: number };

/** What a question is asked for. */
export type ProbePurpose = 'startup' | 'readiness' | 'liveness' | 'hook';

/** The answer, and how long it stays true when nobody interferes: steady answers need not be asked for again. */
export interface ProbeAnswer {
  readonly ok: boolean;
  /** What a failed probe's event says after `probe failed: `. */
  readonly output: string;
  /** Milliseconds since the start until which the answer can't change by itself. */
  readonly validUntilMs: number;
  /** How long the answer took; nothing when not given. */
  readonly tookMs?: number;
}

export interface HttpRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** All values of headers that came more than once. */
  readonly repeated?: Readonly<Record<string, readonly string[]>>;
  readonly body?: Uint8Array;
  readonly clientIp?: string;
  /** PEM of the certificate that the client has shown over TLS, and has the key of. */
  readonly clientCertificate?: string;
}

/** Key and certificate (PEM) of a program that serves TLS. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** An answer that goes on, in place of a body: starts writing, and returns what to call when the reader goes away. */
  readonly stream?: (sink: StreamSink) => () => void;
  /** True when nothing is known about the program that answers. */
  readonly isGuess?: boolean;
  /** Milliseconds since the start until which the same question has the same answer; for ever when not given. */
  readonly validUntilMs?: number;
  /** How long a program outside the simulation waits for it: `Infinity` for an answer that never comes. */
  readonly delayMs?: number;
  /** PEM of the certificate a program shows over TLS, when it has one. */
  readonly certificate?: string;
}

/** A line a process wrote. */
export interface LogLine {
  /** Milliseconds since the process started. */
  readonly atMs: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  /** True when the process ended before it had ended the line. */
  readonly isOpen?: boolean;
}

export interface Usage {
  readonly milliCpu: number;
  readonly memoryBytes: number;
}

/**
 * A started process. It lives in nobody's time: every question names the moment it is asked, in milliseconds since the
 * start, and what it will do by itself is known from the start. So it can be asked about any moment, costs nothing between
 * questions, and is the same again after a restart of the engine.
 */
export interface ContainerProcess {
  /** When and how it ends by itself; undefined when it runs until stopped, or when that is not known yet. */
  readonly end: ProcessEnd | undefined;
  /** What a termination signal makes it do; undefined when it takes no notice, or that is not known before it is sent. */
  readonly onTerminate: ProcessEnd | undefined;
  /** Sends a signal at that moment, now or to come: a script does what it has a trap for. */
  signal(name: string, sinceStartMs: number): void;
  probe(action: ProbeAction, sinceStartMs: number, purpose: ProbePurpose): ProbeAnswer;
  /** True when it is a script, which handles signals only where it says so. */
  readonly isScript: boolean;
  /** True when it is not to be called ready even though nobody probes it. */
  readonly neverReady: boolean;
  /** Undefined when nothing listens on that port (yet). */
  http(port: number, request: HttpRequest, sinceStartMs: number): HttpAnswer | undefined;
  /** The lines written until then, the last `limit` of them. */
  lines(sinceStartMs: number, limit: number): readonly LogLine[];
  /** The answer to a datagram; undefined when nothing listens there. */
  datagram(port: number, text: string, sinceStartMs: number, client: string): string | undefined;
  listens(port: number, sinceStartMs: number): boolean;
  /** What it shows over TLS on a port it listens on; undefined when it speaks plainly there. */
  tls(port: number, sinceStartMs: number): TlsIdentity | undefined;
  usage(sinceStartMs: number): Usage;
  /** Milliseconds since the start when it has to be looked at, since it acts on what others do; Infinity for most. */
  readonly wakeMs: number;
  /** Does what it does until then: what it writes where others look is there afterwards. */
  advance(sinceStartMs: number): void;
}

/** Runs containers. Its answers depend on nothing but what it is asked: no clock, no chance. */
export interface ContainerRuntime {
  /** `containerd://2.1.4`, as a node reports it. */
  readonly version: string;
  pull(image: string, pod: Pod, containerName: string): ImagePull;
  image(image: string): {
    /** The user it runs as, and whether it is known that this is root. */
    readonly user: number;
    readonly isRoot: boolean;
    /** The files it brings. */
    readonly root: (nowMs: number) => DirectoryNode;
  };
  start(request: ContainerRequest): ContainerProcess;
}
