import type { Webhooks } from '../admission/webhooks/webhooks.js';
import type { Operations } from '../api/operations.js';
import { LocalClient } from '../clients/local-client.js';
import { FlowSchemas, PriorityLevelConfigurations, type ResourceType } from '../clients/resource-type.js';
import { WorkQueue } from '../clients/work-queue.js';
import type { Clock } from '../clock.js';
import { goQuote } from '../registry/go-quote.js';
import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/store.js';
import { formatTime } from '../time.js';
import type { FlowSchema, PriorityLevelConfiguration } from '../types/index.js';
import { FLOW_SCHEMAS, PRIORITY_LEVELS } from './bootstrap-configuration.js';
import { autoUpdateOf, revisedConfiguration } from './revised-configuration.js';

/** How often the API server looks after its own configuration. */
const PERIOD_MS = 60_000;
const ENSURE = 'ensure';
const TELL = 'tell';

/** What priorities are kept in. */
export interface FlowControlSurroundings {
  readonly store: Store;
  readonly registry: Registry;
  readonly operations: Operations;
  readonly webhooks: Webhooks;
  readonly clock: Clock;
}

/**
 * Keeps the flow schemas and priority levels that every cluster starts with, and says of every flow schema whether its priority
 * level is there. Returns the way to stop.
 */
export function keepFlowControl(surroundings: FlowControlSurroundings): () => void {
  const { clock } = surroundings;
  const client = new LocalClient(surroundings, { user: 'system:apiserver', component: true });
  const schemas = client.lister(FlowSchemas);
  const levels = client.lister(PriorityLevelConfigurations);
  const ensureAll = <T extends FlowSchema | PriorityLevelConfiguration>(
    type: ResourceType<T>,
    wanted: readonly T[],
  ): void => {
    const lister = client.lister(type);
    const names = new Set(wanted.map(({ metadata }) => metadata.name));
    for (const object of wanted) {
      const found = lister.get(undefined, object.metadata.name ?? '');
      const revised = found && revisedConfiguration(found, object);
      if (revised) client.update(type, revised);
      else if (!found) client.create(type, object);
    }
    // What says that it is the server's own and is not any more.
    for (const object of lister.list())
      if (!names.has(object.metadata.name) && autoUpdateOf(object) && !object.metadata.deletionTimestamp)
        client.delete(type, undefined, object.metadata.name ?? '');
  };
  const ensure = (): void => {
    ensureAll(PriorityLevelConfigurations, PRIORITY_LEVELS);
    ensureAll(FlowSchemas, FLOW_SCHEMAS);
  };
  const tell = (): void => {
    for (const schema of schemas.list()) {
      const level = schema.spec?.priorityLevelConfiguration?.name ?? '';
      const told = withDangling(schema, level, levels.get(undefined, level) === undefined, clock.now());
      if (told) client.updateStatus(FlowSchemas, told);
    }
  };
  const queue = new WorkQueue(clock, (key) => (key === ENSURE ? ensure() : tell()));
  const onChange = (): void => {
    queue.add(TELL);
    queue.addAfter(ENSURE, PERIOD_MS);
  };
  queue.add(ENSURE);
  const stops = [schemas.watch(onChange), levels.watch(onChange)];
  queue.add(TELL);
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}

/** The schema with what is to be said of its priority level; undefined when that is said already. */
function withDangling(
  schema: FlowSchema,
  level: string,
  isDangling: boolean,
  nowMs: number,
): FlowSchema | undefined {
  const conditions = schema.status?.conditions ?? [];
  const told = conditions.find(({ type }) => type === 'Dangling');
  const status = isDangling ? 'True' : 'False';
  const reason = isDangling ? 'NotFound' : 'Found';
  const end = isDangling ? 'but there is no such object' : 'and it exists';
  const message = `This FlowSchema references the PriorityLevelConfiguration object named ${goQuote(level)} ${end}`;
  if (told?.status === status && told.reason === reason && told.message === message) return undefined;
  const condition = { type: 'Dangling', status, lastTransitionTime: formatTime(nowMs), reason, message };
  const others = conditions.filter(({ type }) => type !== 'Dangling');
  return { ...schema, status: { ...schema.status, conditions: [...others, condition] } };
}
