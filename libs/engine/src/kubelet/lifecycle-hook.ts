import type { ProbeAnswer } from '../runtime/container-runtime.js';
import type { LifecycleHandler } from '../types/index.js';
import type { ContainerRun } from './container-run.js';
import type { PodContext } from './pod-context.js';
import { hookAction } from './prober.js';

/** How long after its container's start a hook finds servers up. */
export const HOOK_PATIENCE_MS = 10_000;

/** What came of a hook, and how long it took. */
export type HookOutcome = Pick<ProbeAnswer, 'ok' | 'output'> & { readonly tookMs: number };

/**
 * Does what a lifecycle hook asks for: a command in the container, a request to whatever it names, or waiting. `sinceStartMs`
 * is when, for the container.
 */
export function runHook(
  hook: LifecycleHandler,
  run: ContainerRun,
  { pod, podIp, surroundings }: Pick<PodContext, 'pod' | 'podIp' | 'surroundings'>,
  sinceStartMs: number,
): HookOutcome {
  const action = hookAction(hook, run.spec, podIp);
  const done = { ok: true, output: '', tookMs: 0 };
  if (!action || run.phase.kind !== 'running') return done;
  if (action.type === 'sleep') return { ...done, tookMs: action.seconds * 1000 };
  // What the container itself does not serve, another one of the pod or another pod may.
  const ownAnswers =
    action.type === 'http' && action.host === podIp && run.phase.process.listens(action.port, sinceStartMs);
  if (action.type === 'http' && !ownAnswers) {
    const network = surroundings.reach.networkOf(pod, podIp);
    const headers = Object.fromEntries(
      (hook.httpGet?.httpHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]),
    );
    const found = network.fetch(action.host, action.port, 'GET', action.path, undefined, headers);
    if (typeof found !== 'string' && found.status < 400) return done;
    const why = typeof found === 'string' ? found : `status ${found.status}`;
    return { ...done, ok: false, output: `Get "http://${action.host}:${action.port}${action.path}": ${why}` };
  }
  const {
    ok,
    output,
    tookMs = 0,
  } = run.phase.process.probe(
    action,
    // A command has no need to wait, and what the container does meanwhile must not come before its time.
    action.type === 'exec' && sinceStartMs === HOOK_PATIENCE_MS ? 0 : sinceStartMs,
    'hook',
  );
  return { ok, output, tookMs };
}
