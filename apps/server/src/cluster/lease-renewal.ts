import type { StoreEvent, StoredObject } from '@lotse/engine';

const LEASES = 'coordination.k8s.io/leases';
/** What changes when the holder of a lease says that it is still there. */
const RENEWED = 'renewTime';

/**
 * Does this say only that the holder of a lease is still there? That happens all the time and is worth nothing after a
 * restart: whoever still is there says so again.
 */
export function isRenewal({ resource, type, object, previous }: StoreEvent): boolean {
  if (resource !== LEASES || type !== 'MODIFIED' || !previous) return false;
  return tenureOf(object) === tenureOf(previous);
}

/** Everything but the time, and who wrote which field. */
function tenureOf(lease: StoredObject): string {
  const { spec, metadata, ...rest } = lease as StoredObject & { spec?: Record<string, unknown> };
  const { resourceVersion: _version, managedFields: _fields, ...identity } = metadata;
  return JSON.stringify([{ ...spec, [RENEWED]: undefined }, identity, rest]);
}
