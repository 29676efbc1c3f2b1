import type { Application } from '../api/types.js';
import { toHealth, type HealthStatus } from '../status/health.js';
import type { Delta } from './deltas.js';

/** Up to this many are named; more are counted. */
const NAMED = 3;

/** Sentences about what became of applications' health, for people who listen. */
export function healthChanges(
  before: readonly Application[],
  deltas: readonly Delta<Application>[],
): string[] {
  if (deltas.length === 0) return [];
  const known = new Map(before.map((app) => [app.metadata.name, toHealth(app.status?.health?.status)]));
  const became = new Map<HealthStatus, Set<string>>();
  for (const { type, object } of deltas) {
    const { name } = object.metadata;
    const health = toHealth(object.status?.health?.status);
    const was = known.get(name);
    if (type === 'DELETED' || was === undefined || was === health) continue;
    known.set(name, health);
    for (const names of became.values()) names.delete(name);
    became.set(health, (became.get(health) ?? new Set()).add(name));
  }
  return [...became].flatMap(([health, names]) => {
    if (names.size === 0) return [];
    const who = names.size > NAMED ? `${names.size} applications` : [...names].join(', ');
    return [`${who} became ${health}`];
  });
}
