import type { StoredObject } from '../store/stored-object.js';
import type { Pod } from '../types/index.js';
import { ApiError } from './api-error.js';
import type { RequestInfo } from './request-info.js';
import { isTrue } from './request-info.js';
import { containerOf } from './subresources/pod-log.js';

/** Subresources that turn a connection into streams. */
export type StreamKind = 'exec' | 'attach' | 'portforward';

/** An admitted request for streams to or from a container. */
export interface StreamRequest {
  readonly kind: StreamKind;
  readonly namespace: string;
  readonly pod: Pod;
  /** Empty for port-forward. */
  readonly container: string;
  readonly options: {
    readonly command: readonly string[];
    readonly stdin: boolean;
    readonly stdout: boolean;
    readonly stderr: boolean;
    readonly tty: boolean;
  };
}

/** True for subresources that need an upgraded connection. */
export function isStreamKind(subresource: string): subresource is StreamKind {
  return subresource === 'exec' || subresource === 'attach' || subresource === 'portforward';
}

const OPTIONS_KINDS = {
  exec: 'PodExecOptions',
  attach: 'PodAttachOptions',
  portforward: 'PodPortForwardOptions',
} as const;

/** What a client wants of a pod, as admission is asked about it: an object of its own kind with the name of the pod. */
export function streamOptions(kind: StreamKind, info: RequestInfo, query: URLSearchParams): StoredObject {
  const flags = ['stdin', 'stdout', 'stderr', 'tty'].filter((name) => isTrue(query.get(name)));
  const container = query.get('container') ?? '';
  const command = query.getAll('command');
  const ports = query.getAll('ports').flatMap((text) => text.split(',').map(Number));
  const options =
    kind === 'portforward'
      ? { ...(ports.length > 0 && { ports }) }
      : {
          ...Object.fromEntries(flags.map((name) => [name, true])),
          ...(container !== '' && { container }),
          ...(kind === 'exec' && command.length > 0 && { command }),
        };
  const metadata = { name: info.name, namespace: info.namespace };
  return { kind: OPTIONS_KINDS[kind], apiVersion: 'v1', metadata, ...options };
}

/** Reads what a client wants of a pod. Throws BadRequest where the API server does. */
export function readStreamRequest(
  kind: StreamKind,
  pod: Pod,
  info: RequestInfo,
  query: URLSearchParams,
): StreamRequest {
  const name = pod.metadata.name ?? '';
  if (!pod.spec?.nodeName) throw new ApiError(400, 'BadRequest', `pod ${name} does not have a host assigned`);
  const options = {
    command: query.getAll('command'),
    stdin: isTrue(query.get('stdin')),
    stdout: isTrue(query.get('stdout')),
    stderr: isTrue(query.get('stderr')),
    tty: isTrue(query.get('tty')),
  };
  const base = { kind, namespace: info.namespace, pod, options };
  if (kind === 'portforward') {
    if (pod.status?.phase !== 'Running')
      throw new ApiError(
        400,
        'BadRequest',
        `unable to forward port because pod is not running. Current status=${pod.status?.phase}`,
      );
    return { ...base, container: '' };
  }
  if (!options.stdin && !options.stdout && !options.stderr)
    throw new ApiError(400, 'BadRequest', 'you must specify at least one of stdin, stdout, stderr');
  if (kind === 'exec' && options.command.length === 0)
    throw new ApiError(400, 'BadRequest', 'you must specify at least one command for the container');
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed')
    throw new ApiError(
      400,
      'BadRequest',
      `cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`,
    );
  return { ...base, container: containerOf(pod, query.get('container') ?? '') };
}
