import type { Clock } from '../../clock.js';
import type { ClusterRuntime } from '../../runtime/cluster-runtime.js';
import type { StampedLine } from '../../runtime/running-pods.js';
import { formatTime, parseTime } from '../../time.js';
import type { Pod } from '../../types/index.js';
import { ApiError, badRequest } from '../api-error.js';
import type { ApiResponse } from '../api-request.js';
import { isTrue } from '../request-info.js';

/** Where logs come from. */
export interface LogSources {
  readonly clock: Clock;
  readonly runtime?: ClusterRuntime;
}

interface LogQuery {
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly sinceMs: number;
  readonly tailLines: number;
  readonly limitBytes: number;
  readonly stream: 'All' | 'Stdout' | 'Stderr';
}

/** `GET …/pods/x/log`: text, following what is written while the container runs if asked to. */
export function podLog(pod: Pod, parameters: URLSearchParams, { clock, runtime }: LogSources): ApiResponse {
  const query = readQuery(pod, parameters, clock.now());
  const { namespace = '', name = '' } = pod.metadata;
  const at = { namespace, pod: name, container: query.container };
  const log = query.previous
    ? runtime?.logs({ ...at, previous: true })
    : (runtime?.logs(at) ?? runtime?.logs({ ...at, previous: true }));
  if (!log && pod.spec?.nodeName) throw notThere(pod, query);
  const headers = { 'content-type': 'text/plain' };
  const wanted = ({ timeMs, stream }: StampedLine): boolean =>
    timeMs >= query.sinceMs && (query.stream === 'All' || query.stream.toLowerCase() === stream);
  const first = (log?.lines ?? []).filter(wanted);
  const shown = query.tailLines < first.length ? first.slice(first.length - query.tailLines) : first;
  if (!query.follow || !log) {
    const text = Buffer.from(shown.map((line) => format(line, query)).join(''));
    return { status: 200, headers, body: text.subarray(0, query.limitBytes) };
  }

  return {
    status: 200,
    headers,
    stream(sink) {
      let left = query.limitBytes;
      let stop = (): void => undefined;
      const write = (line: StampedLine): void => {
        if (left <= 0 || !wanted(line)) return;
        const bytes = Buffer.from(format(line, query)).subarray(0, left);
        left -= bytes.length;
        const taken = sink.write(bytes);
        if (taken && left > 0) return;
        left = 0;
        stop();
        sink.end();
      };
      for (const line of shown) write(line);
      if (left > 0) stop = log.follow(write, () => sink.end());
      return () => stop();
    },
  };
}

function format({ timeMs, text, isOpen }: StampedLine, query: LogQuery): string {
  const end = isOpen ? '' : '\n';
  if (!query.timestamps) return text + end;
  const nanos = String(Math.floor(timeMs) % 1000)
    .padStart(3, '0')
    .padEnd(9, '0');
  return `${formatTime(timeMs).slice(0, -1)}.${nanos}Z ${text}${end}`;
}

function readQuery(pod: Pod, parameters: URLSearchParams, nowMs: number): LogQuery {
  const number = (name: string, least: number): number | undefined => {
    const text = parameters.get(name);
    if (text === null || text === '') return undefined;
    if (!/^-?\d{1,15}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
    if (Number(text) < least)
      throw new ApiError(
        422,
        'Invalid',
        `PodLogOptions "${pod.metadata.name}" is invalid: ${name}: Invalid value: ${text}: must be greater than or equal to ${least}`,
      );
    return Number(text);
  };
  const sinceSeconds = number('sinceSeconds', 1);
  const sinceTime = parameters.get('sinceTime');
  if (sinceSeconds !== undefined && sinceTime !== null)
    throw badRequest('at most one of `sinceTime` or `sinceSeconds` may be specified');
  const stream = parameters.get('stream') || 'All';
  if (stream !== 'All' && stream !== 'Stdout' && stream !== 'Stderr')
    throw badRequest(
      `stream: Unsupported value: ${JSON.stringify(stream)}: supported values: "All", "Stdout", "Stderr"`,
    );
  return {
    container: containerOf(pod, parameters.get('container') ?? ''),
    follow: isTrue(parameters.get('follow')),
    previous: isTrue(parameters.get('previous')),
    timestamps: isTrue(parameters.get('timestamps')),
    sinceMs: sinceSeconds !== undefined ? nowMs - sinceSeconds * 1000 : (parseTime(sinceTime) ?? -Infinity),
    tailLines: number('tailLines', 0) ?? Infinity,
    limitBytes: number('limitBytes', 1) ?? Infinity,
    stream,
  };
}

/** The container a request means: the named one, or the only one. Throws BadRequest otherwise. */
export function containerOf(pod: Pod, name: string): string {
  const names = (pod.spec?.containers ?? []).map((container) => container.name);
  const init = (pod.spec?.initContainers ?? []).map((container) => container.name);
  const ephemeral = (pod.spec?.ephemeralContainers ?? []).map((container) => container.name);
  const podName = pod.metadata.name;
  if (name === '') {
    const annotated = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
    if (annotated !== undefined && names.includes(annotated)) return annotated;
    const [only, ...others] = names;
    if (only !== undefined && others.length === 0) return only;
    const also = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : '';
    throw badRequest(
      `a container name must be specified for pod ${podName}, choose one of: [${names.join(' ')}]${also}`,
    );
  }
  if ([...names, ...init, ...ephemeral].includes(name)) return name;
  throw badRequest(`container ${name} is not valid for pod ${podName}`);
}

function notThere(pod: Pod, { container, previous }: LogQuery): ApiError {
  if (previous)
    return badRequest(`previous terminated container "${container}" in pod "${pod.metadata.name}" not found`);
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const waiting = statuses.find(({ name }) => name === container)?.state?.waiting;
  const reason = waiting?.reason ?? 'ContainerCreating';
  const why =
    reason === 'ContainerCreating' || reason === 'PodInitializing' || !waiting?.message
      ? reason
      : waiting.reason === 'ErrImagePull' || waiting.reason === 'ImagePullBackOff'
        ? `trying and failing to pull image`
        : reason;
  return badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${why}`);
}
