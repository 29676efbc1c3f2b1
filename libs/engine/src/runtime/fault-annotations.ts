import type { Pod } from '../types/index.js';

/** Prefix of the annotations that tell a simulated pod how to behave. */
export const ANNOTATION_PREFIX = 'lotse.dev/';

/** Ways a container can be told to fail. */
export const FAULTS = ['image-pull', 'crash', 'not-ready', 'not-live', 'oom'] as const;
export type Fault = (typeof FAULTS)[number];

/**
 * What a pod's annotations ask of one of its containers.
 *
 * | annotation | meaning |
 * |---|---|
 * | `lotse.dev/fail: image-pull` | the image can't be pulled |
 * | `lotse.dev/fail: crash` | ends after `run-seconds` (1) with `exit-code` (1) |
 * | `lotse.dev/fail: not-ready` | fails its readiness and startup probes |
 * | `lotse.dev/fail: not-live` | fails its liveness probe once `start-seconds` have passed |
 * | `lotse.dev/fail: oom` | is killed for its memory after `run-seconds` (1): exit code 137, OOMKilled |
 * | `lotse.dev/exit-code: "0"` | the code it ends with; it ends after `run-seconds` (1) |
 * | `lotse.dev/run-seconds: "30"` | it ends by itself after this time, with `exit-code` (0) |
 * | `lotse.dev/start-seconds: "20"` | time from start until it listens and its probes succeed |
 * | `lotse.dev/stop-seconds: "5"` | time it takes to end when told to |
 * | `lotse.dev/pull-seconds: "10"` | time its image takes to pull |
 * | `lotse.dev/http-status: "503"` | the status its HTTP ports answer with (probes see it too) |
 * | `lotse.dev/http-body: text` | the body its HTTP ports answer with |
 * | `lotse.dev/cpu: 250m`, `lotse.dev/memory: 64Mi` | what it uses; more memory than its limit ends in OOMKilled |
 *
 * Each may end in `.<container>` to mean that container only: `lotse.dev/fail.sidecar: crash`. Several faults are separated
 * by commas. Unknown words are ignored.
 */
export interface Behaviour {
  readonly faults: ReadonlySet<Fault>;
  readonly exitCode: number | undefined;
  readonly runMs: number | undefined;
  readonly startMs: number | undefined;
  readonly stopMs: number | undefined;
  readonly pullMs: number | undefined;
  readonly httpStatus: number | undefined;
  readonly httpBody: string | undefined;
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
}

const NOTHING: Behaviour = {
  faults: new Set(),
  exitCode: undefined,
  runMs: undefined,
  startMs: undefined,
  stopMs: undefined,
  pullMs: undefined,
  httpStatus: undefined,
  httpBody: undefined,
  cpu: undefined,
  memory: undefined,
};

/** Reads the annotations of a pod for one container. */
export function behaviourOf(pod: Pod, containerName: string): Behaviour {
  const annotations = pod.metadata.annotations;
  if (!annotations || !Object.keys(annotations).some((key) => key.startsWith(ANNOTATION_PREFIX)))
    return NOTHING;
  const text = (name: string): string | undefined => {
    for (const key of [`${ANNOTATION_PREFIX}${name}.${containerName}`, ANNOTATION_PREFIX + name])
      if (Object.hasOwn(annotations, key)) return annotations[key];
    return undefined;
  };
  const number = (name: string): number | undefined => {
    const given = text(name);
    const value = given === undefined || given.trim() === '' ? NaN : Number(given);
    return Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  const milliseconds = (name: string): number | undefined => {
    const seconds = number(name);
    return seconds === undefined ? undefined : Math.round(seconds * 1000);
  };
  const words = new Set((text('fail') ?? '').split(',').map((word) => word.trim()));
  return {
    faults: new Set(FAULTS.filter((fault) => words.has(fault))),
    exitCode: number('exit-code'),
    runMs: milliseconds('run-seconds'),
    startMs: milliseconds('start-seconds'),
    stopMs: milliseconds('stop-seconds'),
    pullMs: milliseconds('pull-seconds'),
    httpStatus: number('http-status'),
    httpBody: text('http-body'),
    cpu: text('cpu'),
    memory: text('memory'),
  };
}
