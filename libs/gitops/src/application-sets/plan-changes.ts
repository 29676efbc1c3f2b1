import { jsonEqual, type JsonObject, type JsonValue, type KubeObject } from '@lotse/manifests';
import { ignoredPathsFor, respectIgnored } from '../compare/ignore-differences.js';
import { FINALIZER } from '../annotations.js';
import type { ApplicationSet } from './types.js';

/** What is to be done with the applications of a set. `refused` are names it may not touch, with the reason. */
export interface SetChanges {
  readonly create: readonly KubeObject[];
  readonly update: readonly KubeObject[];
  readonly remove: readonly KubeObject[];
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

/** Annotations that others put on applications for a moment; replacing a template's must not lose them. */
const KEPT_ANNOTATIONS = [
  'argocd.argoproj.io/refresh',
  'argocd.argoproj.io/hydrate',
  'notified.notifications.argoproj.io',
];

/**
 * Compares the applications a set wants with those there are. Nobody else's application is ever taken over: one that
 * another set owns, or that is in another project, is refused.
 * @param complete false when some wanted application was left out for being invalid: then nothing is removed.
 */
export function planChanges(
  set: ApplicationSet,
  wanted: readonly KubeObject[],
  existing: ReadonlyMap<string, KubeObject>,
  complete: boolean,
): SetChanges {
  const policy = set.spec.syncPolicy?.applicationsSync ?? 'sync';
  const create: KubeObject[] = [];
  const update: KubeObject[] = [];
  const refused: { name: string; reason: string }[] = [];
  for (const each of wanted) {
    const name = each.metadata.name ?? '';
    const before = existing.get(name);
    if (!before) {
      create.push(withOwner(each, set));
      continue;
    }
    const reason = refusal(set, before, each);
    if (reason !== undefined) refused.push({ name, reason });
    else if (
      before.metadata.deletionTimestamp === undefined &&
      policy !== 'create-only' &&
      policy !== 'create-delete'
    ) {
      const after = updated(set, before, withOwner(each, set));
      if (!jsonEqual(after as JsonValue, before as JsonValue)) update.push(after);
    }
  }
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  const mayRemove = complete && policy !== 'create-only' && policy !== 'create-update';
  const remove = mayRemove
    ? [...existing.values()].filter(
        (each) =>
          isOwnedBy(each, set) &&
          !names.has(each.metadata.name) &&
          each.metadata.deletionTimestamp === undefined,
      )
    : [];
  return { create, update, remove, refused };
}

/** Is the set the controller of this application? */
export function isOwnedBy({ metadata }: KubeObject, set: ApplicationSet): boolean {
  return controllerOf(metadata)?.['uid'] === set.metadata.uid;
}

function refusal(set: ApplicationSet, before: KubeObject, wanted: KubeObject): string | undefined {
  const owner = controllerOf(before.metadata);
  if (owner && owner['uid'] !== set.metadata.uid)
    return `the application belongs to ${JSON.stringify(owner['kind'])} ${JSON.stringify(owner['name'])} already`;
  if (!owner && projectOf(before) !== projectOf(wanted))
    return `an application of this name is in the project ${projectOf(before)}, and a set takes over none of another project`;
  return undefined;
}

function controllerOf(metadata: KubeObject['metadata']): JsonObject | undefined {
  const owners = (metadata.ownerReferences ?? []) as unknown as JsonObject[];
  return owners.find((owner) => owner['controller'] === true);
}

function projectOf(application: KubeObject): string {
  const spec = application['spec'] as { project?: string } | undefined;
  return spec?.project || 'default';
}

function withOwner(
  application: KubeObject,
  { apiVersion, metadata: { name = '', uid = '' } }: ApplicationSet,
): KubeObject {
  const owner = { apiVersion, kind: 'ApplicationSet', name, uid, controller: true, blockOwnerDeletion: true };
  return { ...application, metadata: { ...application.metadata, ownerReferences: [owner] } };
}

/** The application as the template has it, with everything that isn't the template's business as it was. */
function updated(set: ApplicationSet, before: KubeObject, wanted: KubeObject): KubeObject {
  const { preservedFields, ignoreApplicationDifferences = [] } = set.spec;
  const kept = [...KEPT_ANNOTATIONS, ...(preservedFields?.annotations ?? [])];
  const annotations = preserved(before.metadata.annotations, wanted.metadata.annotations, kept);
  const labels = preserved(before.metadata.labels, wanted.metadata.labels, preservedFields?.labels ?? []);
  const others = (before.metadata.finalizers ?? []).filter(
    (finalizer) => !finalizer.startsWith(FINALIZER.resources),
  );
  const finalizers = [...new Set([...(wanted.metadata.finalizers ?? []), ...others])];
  const { annotations: _, labels: __, finalizers: ___, ownerReferences: ____, ...metadata } = before.metadata;
  const after = {
    ...before,
    metadata: {
      ...metadata,
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(finalizers.length > 0 && { finalizers }),
      ownerReferences: wanted.metadata.ownerReferences,
    },
    spec: wanted['spec'],
  } as unknown as KubeObject;
  const rules = ignoreApplicationDifferences
    .filter(({ name }) => name === undefined || name === '' || name === before.metadata.name)
    .map(({ jsonPointers, jqPathExpressions }) => ({
      group: '*',
      kind: 'Application',
      ...(jsonPointers && { jsonPointers }),
      ...(jqPathExpressions && { jqPathExpressions }),
    }));
  return rules.length === 0 ? after : respectIgnored(after, before, ignoredPathsFor(rules, before));
}

function preserved(
  before: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string>> | undefined,
  kept: readonly string[],
): Record<string, string> {
  const result = new Map(Object.entries(wanted ?? {}));
  for (const [key, value] of Object.entries(before ?? {}))
    if (kept.includes(key) && !result.has(key)) result.set(key, value);
  return Object.fromEntries(result);
}
