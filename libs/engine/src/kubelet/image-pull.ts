import type { ImagePull } from '../runtime/container-runtime.js';
import { formatGoDuration } from './back-off.js';
import type { ContainerRun } from './container-run.js';
import type { StartContext } from './pod-context.js';
import { report } from './report.js';

/** From an image being there to the container running. */
const CREATE_MS = 100;
/** From a failed pull to the status that says that the next one waits. */
const SHOWN_ERROR_MS = 1000;
/** How long an image that can't be pulled at all waits before it is tried again. */
const RETRY_MS = 10_000;

/**
 * Sees to the image of a container: that of the node, or one that is pulled from now on. True when something changed that status
 * shows.
 */
export function pull(run: ContainerRun, context: StartContext, nowMs: number): boolean {
  const { agent, pod, surroundings } = context;
  const image = run.spec.image ?? '';
  const local = agent.image(image);
  const policy = run.spec.imagePullPolicy ?? defaultPullPolicy(image);
  if (local && policy !== 'Always') {
    use(run, local);
    report(
      run,
      context,
      'Normal',
      'Pulled',
      `Container image "${image}" already present on machine and can be accessed by the pod`,
    );
    return createSoon(run, nowMs);
  }
  if (!local && policy === 'Never') {
    return failed(run, context, nowMs, {
      ms: 0,
      reason: 'ErrImageNeverPull',
      message: `Container image "${image}" is not present with pull policy of Never`,
    });
  }
  const begun = agent.pull(image, nowMs, () => surroundings.runtime.pull(image, pod, run.spec.name));
  if ('reason' in begun.result && begun.result.reason === 'InvalidImageName')
    return failed(run, context, nowMs, begun.result);
  report(run, context, 'Normal', 'Pulling', `Pulling image "${image}"`);
  run.step = 'pulling';
  run.pullBeganMs = nowMs;
  run.dueMs = local ? nowMs + Math.min(begun.result.ms, 250) : begun.readyMs;
  return false;
}

/** The pull is done, well or not. */
export function pulled(run: ContainerRun, context: StartContext, nowMs: number): boolean {
  const { agent, pod, surroundings } = context;
  const image = run.spec.image ?? '';
  const result: ImagePull = surroundings.runtime.pull(image, pod, run.spec.name);
  agent.pulled(image);
  if ('reason' in result) return failed(run, context, nowMs, result);
  agent.addImage(image, result);
  use(run, result);
  const took = formatGoDuration(nowMs - run.pullBeganMs);
  report(
    run,
    context,
    'Normal',
    'Pulled',
    `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${result.sizeBytes} bytes.`,
  );
  return createSoon(run, nowMs);
}

function failed(
  run: ContainerRun,
  context: StartContext,
  nowMs: number,
  error: { readonly reason: string; readonly message: string; readonly ms: number },
): boolean {
  const image = run.spec.image ?? '';
  run.step = 'idle';
  if (error.reason !== 'ErrImagePull') {
    run.wait(error.reason, error.message);
    if (error.reason === 'InvalidImageName') report(run, context, 'Warning', 'InspectFailed', error.message);
    else report(run, context, 'Warning', error.reason, error.message);
    report(run, context, 'Warning', 'Failed', `Error: ${error.reason}`);
    run.dueMs = nowMs + RETRY_MS;
    return true;
  }
  const { phase: showing } = run;
  const alreadyShown = showing.kind === 'waiting' && showing.reason === 'ErrImagePull';
  if (!alreadyShown) {
    run.wait('ErrImagePull', error.message);
    report(run, context, 'Warning', 'Failed', `Failed to pull image "${image}": ${error.message}`);
    report(run, context, 'Warning', 'Failed', 'Error: ErrImagePull');
    run.pullBackOff.next(nowMs, nowMs);
    run.step = 'pulling';
    run.dueMs = nowMs + SHOWN_ERROR_MS;
    return true;
  }
  // The error was shown; from now until the next try the status says that it waits.
  run.wait('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${error.message}`);
  report(run, context, 'Normal', 'BackOff', `Back-off pulling image "${image}"`);
  report(run, context, 'Warning', 'Failed', 'Error: ImagePullBackOff');
  run.dueMs = nowMs + run.pullBackOff.delayMs - SHOWN_ERROR_MS;
  return true;
}

function createSoon(run: ContainerRun, nowMs: number): boolean {
  run.step = 'creating';
  run.dueMs = nowMs + CREATE_MS;
  return false;
}

function use(run: ContainerRun, image: { readonly imageId: string; readonly name: string }): void {
  run.imageId = image.imageId;
  run.imageName = image.name;
}

/** `Always` for `latest` and names without a tag, else `IfNotPresent`. */
function defaultPullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag =
    image.lastIndexOf(':') > image.lastIndexOf('/') ? image.slice(image.lastIndexOf(':') + 1) : 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}
