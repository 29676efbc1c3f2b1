import type { StoredObject } from '../store/stored-object.js';

type Owner = NonNullable<StoredObject['metadata']['ownerReferences']>[number];

const ADVICE =
  'API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed:';

/** The object without owners that are named twice; `warn` is told which (endpoints/handlers/rest.go). */
export function withEachOwnerOnce<T extends StoredObject>(
  object: T,
  warn: ((text: string) => void) | undefined,
  moment: 'asked' | 'admitted',
): T {
  const { ownerReferences: owners = [] } = object.metadata;
  if (owners.length < 2) return object;
  const seen = new Set<string>();
  const kept: Owner[] = [];
  const repeated: string[] = [];
  for (const owner of owners) {
    const key = keyOf(owner);
    if (seen.has(key)) repeated.push(owner.uid);
    else kept.push(owner);
    seen.add(key);
  }
  if (repeated.length === 0) return object;
  const when = moment === 'admitted' ? ' after mutating admission happens' : '';
  warn?.(`.metadata.ownerReferences contains duplicate entries${when}; ${ADVICE} ${repeated.join(', ')}`);
  return { ...object, metadata: { ...object.metadata, ownerReferences: kept } };
}

/** All an owner says, so that a long list costs one look at each. */
function keyOf({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }: Owner): string {
  return JSON.stringify([apiVersion, kind, name, uid, controller, blockOwnerDeletion]);
}
