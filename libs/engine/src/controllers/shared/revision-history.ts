import type { JsonObject } from '@lotse/manifests';
import { ControllerRevisions } from '../../clients/resource-type.js';
import type { Client } from '../../clients/client.js';
import type { ControllerRevision, PodTemplateSpec } from '../../types/index.js';
import type { StoredObject } from '../../store/stored-object.js';
import { canonicalJson, shortHash } from './hash.js';
import { controlledBy, controllerOf, controllerReference, indexByController } from './ownership.js';

/** Label under which pods carry the revision they belong to, and the revisions of a DaemonSet their hash. */
export const REVISION_HASH = 'controller-revision-hash';
/** Label under which the revisions of a StatefulSet carry their hash. */
export const CONTROLLER_HASH = 'controller.kubernetes.io/hash';

/** Keys are sorted as Go's encoder does: clients compare the bytes of a revision with what they make of the set. */
const payload = (template: PodTemplateSpec | undefined): JsonObject =>
  JSON.parse(canonicalJson({ spec: { template: { ...template, $patch: 'replace' } } })) as JsonObject;

/** A template as revision `name`; the list is ordered oldest first. */
export interface RevisionHistory {
  /** The revision of the current template, made if it was not there. */
  readonly update: ControllerRevision;
  readonly all: readonly ControllerRevision[];
}

/**
 * Finds or makes the ControllerRevision of a template (pkg/controller/history): an equal one that is not the newest is
 * moved to the front, as an undo does. A new one repeats the annotations of its owner, the cause of the change among them.
 */
export function syncRevisions(
  client: Client,
  owner: StoredObject,
  template: PodTemplateSpec | undefined,
  { labels, hashLabel }: { labels: Record<string, string>; hashLabel: string },
): RevisionHistory {
  const lister = client.lister(ControllerRevisions);
  indexByController(lister);
  const all = controlledBy(lister, owner).toSorted((a, b) => a.revision - b.revision);
  const text = canonicalJson(payload(template));
  const newest = all.at(-1);
  const equal = all.findLast((revision) => canonicalJson(revision.data) === text);
  if (equal && equal === newest) return { update: equal, all };
  if (equal) {
    const update = client.update(ControllerRevisions, { ...equal, revision: (newest?.revision ?? 0) + 1 });
    return { update, all: [...all.filter((revision) => revision !== equal), update] };
  }
  const { name, namespace } = owner.metadata;
  const adopt = (orphan: ControllerRevision): RevisionHistory => {
    const ownerReferences = [...(orphan.metadata.ownerReferences ?? []), controllerReference(owner)];
    const metadata = { ...orphan.metadata, ownerReferences };
    const revision = (newest?.revision ?? 0) + 1;
    const update = client.update(ControllerRevisions, { ...orphan, metadata, revision });
    return { update, all: [...all, update] };
  };
  const taken = (hash: string): ControllerRevision | undefined => lister.get(namespace, `${name}-${hash}`);
  let collisions = 0;
  let hash = shortHash(template);
  for (let other = taken(hash); other; other = taken(hash)) {
    // What an owner left behind that was deleted alone; its pods need not be made anew.
    if (!controllerOf(other) && canonicalJson(other.data) === text) return adopt(other);
    hash = shortHash(template, ++collisions);
  }
  const { annotations } = owner.metadata;
  const update = client.create(ControllerRevisions, {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace !== undefined && { namespace }),
      labels: { ...labels, [hashLabel]: hash },
      ...(annotations && { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    data: payload(template),
    revision: (newest?.revision ?? 0) + 1,
  });
  return { update, all: [...all, update] };
}

/** The template a revision stands for. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { template } = (
    revision.data as unknown as { spec: { template: PodTemplateSpec & { $patch?: string } } }
  ).spec;
  const { $patch: _, ...rest } = template;
  return rest;
}

/** The value of the hash label that tells the pods of a revision. */
export function hashOf(revision: ControllerRevision): string {
  return revision.metadata.labels?.[REVISION_HASH] ?? revision.metadata.name ?? '';
}

/** Removes the oldest revisions beyond `limit` that no pod uses. */
export function truncateRevisions(
  client: Client,
  history: RevisionHistory,
  inUse: ReadonlySet<string>,
  limit: number,
): void {
  const unused = history.all.filter(
    (revision) =>
      revision !== history.update && !inUse.has(hashOf(revision)) && !inUse.has(revision.metadata.name ?? ''),
  );
  for (const revision of unused.slice(0, Math.max(0, unused.length - limit))) {
    client.delete(ControllerRevisions, revision.metadata.namespace, revision.metadata.name ?? '');
  }
}
