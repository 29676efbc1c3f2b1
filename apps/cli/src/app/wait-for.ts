import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from '../api/api-client.js';
import { applicationPath, type Application } from '../api/application.js';
import { CliError } from '../cli-error.js';
import { troubleBelow } from '../output/trouble.js';
import { Progress } from '../output/progress.js';

/** How often the application is looked at while waiting. */
const LOOK_AGAIN_MS = 300;

/** What to wait for. */
export interface Goal {
  readonly sync?: boolean;
  readonly health?: boolean;
  readonly operation?: boolean;
  readonly suspended?: boolean;
  readonly degraded?: boolean;
}

/** What of a goal an application has not reached; empty when it has. */
export function missing(application: Application, goal: Goal): string[] {
  const { status } = application;
  const phase = status?.operationState?.phase;
  const health = status?.health?.status ?? 'Unknown';
  const wantedHealth = [
    goal.health && 'Healthy',
    goal.suspended && 'Suspended',
    goal.degraded && 'Degraded',
  ].filter((word) => typeof word === 'string');
  return [
    ...(goal.operation &&
    (application.operation !== undefined || phase === 'Running' || phase === 'Terminating')
      ? [`operation ${phase ?? 'starting'}`]
      : []),
    ...(goal.sync && status?.sync?.status !== 'Synced' ? [`sync ${status?.sync?.status ?? 'Unknown'}`] : []),
    ...(wantedHealth.length > 0 && !wantedHealth.includes(health) ? [`health ${health}`] : []),
  ];
}

/** Why an application is not as wanted, in what its operation, its pods, its health and its conditions say. */
export function reasons({ status }: Application, trouble: string | undefined): string[] {
  const operation = status?.operationState;
  return [
    operation?.phase === 'Succeeded' ? undefined : operation?.message,
    trouble ?? (status?.health?.status === 'Healthy' ? undefined : status?.health?.message),
    ...(status?.conditions ?? []).map(({ type, message }) => `${type}: ${message}`),
  ].filter((reason) => reason !== undefined);
}

/** Waits until the application reaches the goal; throws when it takes longer than that many seconds (0: for ever). */
export async function waitFor(
  api: ApiClient,
  name: string,
  goal: Goal,
  timeoutSeconds: number,
): Promise<Application> {
  const progress = new Progress();
  const startedMs = Date.now();
  try {
    for (;;) {
      const application = await api.get<Application>(applicationPath(name));
      const left = missing(application, goal);
      if (left.length === 0) return application;
      progress.update(`waiting for ${name}: ${left.join(', ')}${operationText(application)}`);
      if (timeoutSeconds > 0 && Date.now() - startedMs > timeoutSeconds * 1000) {
        const why = reasons(application, await troubleBelow(api, application));
        throw new CliError(
          [`'${name}' did not get there in ${timeoutSeconds} seconds: ${left.join(', ')}`, ...why].join(
            '\n  ',
          ),
        );
      }
      await pause(LOOK_AGAIN_MS);
    }
  } finally {
    progress.done();
  }
}

function operationText({ status }: Application): string {
  const state = status?.operationState;
  return state?.phase === 'Running' && state.message ? ` - ${state.message}` : '';
}
