import { groupVersionKind, type KubeObject } from '@lotse/manifests';
import { ANNOTATION, annotation, annotationList } from '../annotations.js';
import { resourceSyncOptions, type SyncOptions } from '../application/sync-options.js';
import type { IgnoreDifference, ResourceStatus } from '../application/types.js';
import { objectHealth } from '../health/health.js';
import { hookTypes, isHook, syncWave } from '../sync/hooks.js';
import type { SyncStatusCode } from '../vocabulary.js';
import { ignoredPathsFor, withoutIgnored } from './ignore-differences.js';
import { normalize, sameJson } from './normalize.js';

/** One object of an application: as it should be, as it is, and as it would be after an apply. */
export interface ComparedObject {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly target: KubeObject | undefined;
  readonly live: KubeObject | undefined;
  /** What a server-side apply would make of the live object; undefined when it wasn't asked. */
  readonly predicted: KubeObject | undefined;
  readonly hook: boolean;
  readonly modified: boolean;
  readonly status: SyncStatusCode;
}

/** Compares a live object with what an apply would make of it. */
export function isModified(
  live: KubeObject,
  predicted: KubeObject,
  rules: readonly IgnoreDifference[],
): boolean {
  const ignored = ignoredPathsFor(rules, live);
  return !sameJson(
    withoutIgnored(normalize(live), live, ignored),
    withoutIgnored(normalize(predicted), live, ignored),
  );
}

/** What is compared. */
export interface CompareInput {
  readonly target?: KubeObject | undefined;
  readonly live?: KubeObject | undefined;
  /** Result of the dry run; needed when both target and live are there, unless the object is a hook. */
  readonly predicted?: KubeObject | undefined;
  readonly ignoreDifferences: readonly IgnoreDifference[];
}

/**
 * Judges one object. OutOfSync is what differs, is missing, or shouldn't be there; hooks never are,
 * and an extra object marked `IgnoreExtraneous` isn't either.
 */
export function compareObject(input: CompareInput): ComparedObject {
  const { target, live, predicted } = input;
  const object = target ?? live;
  if (!object) throw new TypeError('nothing to compare: neither target nor live object given');
  const hook = isHook(object) || hookTypes(object).includes('Skip');
  let modified = false;
  let status: SyncStatusCode = 'Synced';
  if (!hook) {
    if (target && live) {
      modified = predicted !== undefined && isModified(live, predicted, input.ignoreDifferences);
      if (modified) status = 'OutOfSync';
    } else if (target) status = 'OutOfSync';
    else if (live && !annotationList(live, ANNOTATION.compareOptions).includes('IgnoreExtraneous'))
      status = 'OutOfSync';
  }
  const identity = live ?? object;
  return {
    ...groupVersionKind(target ?? identity),
    namespace: identity.metadata.namespace ?? '',
    name: identity.metadata.name ?? identity.metadata.generateName ?? '',
    target,
    live,
    predicted,
    hook,
    modified,
    status,
  };
}

/** Sync status of an application from that of its objects. */
export function applicationSyncStatus(
  objects: readonly ComparedObject[],
  loadFailed: boolean,
): SyncStatusCode {
  if (loadFailed) return 'Unknown';
  return objects.some((object) => object.status === 'OutOfSync') ? 'OutOfSync' : 'Synced';
}

/** The line of `status.resources` for an object; health is that of the live one. */
export function resourceStatus(object: ComparedObject, options: SyncOptions): ResourceStatus {
  const line: ResourceStatus = { version: object.version, kind: object.kind, name: object.name };
  if (object.group) line.group = object.group;
  if (object.namespace) line.namespace = object.namespace;
  if (object.hook) line.hook = true;
  else line.status = object.status;
  const health = object.live
    ? objectHealth(object.live)
    : object.hook
      ? undefined
      : { status: 'Missing' as const };
  if (health) line.health = health;
  if (!object.target && object.live && !object.hook) {
    line.requiresPruning = true;
    const live = resourceSyncOptions(object.live, options);
    if (live.prune === 'confirm' && annotation(object.live, ANNOTATION.deletionApproved) === undefined) {
      line.requiresDeletionConfirmation = true;
    }
  }
  const wave = syncWave(object.target ?? object.live);
  if (wave !== 0) line.syncWave = wave;
  return line;
}
