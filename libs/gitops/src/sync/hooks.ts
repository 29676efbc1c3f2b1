import type { KubeObject } from '@lotse/manifests';
import { ANNOTATION, annotation, annotationList } from '../annotations.js';
import type { HookDeletePolicy, HookType, SyncPhase } from '../vocabulary.js';

const HOOKS: ReadonlySet<string> = new Set<HookType>([
  'PreSync',
  'Sync',
  'PostSync',
  'SyncFail',
  'Skip',
  'PreDelete',
  'PostDelete',
]);
const POLICIES: ReadonlySet<string> = new Set<HookDeletePolicy>([
  'HookSucceeded',
  'HookFailed',
  'BeforeHookCreation',
]);

/** Helm's hook names as sync phases. Rollback and test hooks have no counterpart; `crd-install` marks what is no hook. */
const HELM_HOOKS: ReadonlyMap<string, HookType> = new Map([
  ['pre-install', 'PreSync'],
  ['pre-upgrade', 'PreSync'],
  ['post-install', 'PostSync'],
  ['post-upgrade', 'PostSync'],
  ['pre-delete', 'PreDelete'],
  ['post-delete', 'PostDelete'],
]);
const HELM_POLICIES: ReadonlyMap<string, HookDeletePolicy> = new Map([
  ['before-hook-creation', 'BeforeHookCreation'],
  ['hook-succeeded', 'HookSucceeded'],
  ['hook-failed', 'HookFailed'],
]);

/** When an object runs as a hook; empty for ordinary objects. Helm's annotations count only where there is no valid one of Argo CD. */
export function hookTypes(object: KubeObject): HookType[] {
  const own = annotationList(object, ANNOTATION.hook).filter((type): type is HookType => HOOKS.has(type));
  if (own.length > 0) return [...new Set(own)];
  const helm = annotationList(object, ANNOTATION.helmHook).flatMap((type) => HELM_HOOKS.get(type) ?? []);
  return [...new Set(helm)];
}

/** True for objects that are run rather than kept. A CRD that Helm installs first is an ordinary object. */
export function isHook(object: KubeObject): boolean {
  return hookTypes(object).some((type) => type !== 'Skip') || isUnsupportedHelmHook(object);
}

/** True when an object has only Helm hooks without a counterpart: it is left alone. */
export function isUnsupportedHelmHook(object: KubeObject): boolean {
  const named = annotationList(object, ANNOTATION.helmHook);
  return named.some((type) => type !== 'crd-install') && hookTypes(object).length === 0;
}

/** True for objects that are neither applied nor counted. */
export function isSkipped(object: KubeObject): boolean {
  return hookTypes(object).includes('Skip') || isUnsupportedHelmHook(object);
}

/** The phases of a sync in which an object takes part: its hooks' phases, or Sync. */
export function syncPhases(object: KubeObject): SyncPhase[] {
  if (isSkipped(object)) return [];
  const types = hookTypes(object);
  if (types.length === 0) return ['Sync'];
  return types.filter(
    (type): type is SyncPhase =>
      type === 'PreSync' || type === 'Sync' || type === 'PostSync' || type === 'SyncFail',
  );
}

/** When the hook's object is deleted; before it is created again when nothing is said. */
export function hookDeletePolicies(object: KubeObject): HookDeletePolicy[] {
  const own = annotationList(object, ANNOTATION.hookDeletePolicy).filter(
    (policy): policy is HookDeletePolicy => POLICIES.has(policy),
  );
  const policies =
    own.length > 0
      ? own
      : annotationList(object, ANNOTATION.helmHookDeletePolicy).flatMap(
          (policy) => HELM_POLICIES.get(policy) ?? [],
        );
  return policies.length > 0 ? [...new Set(policies)] : ['BeforeHookCreation'];
}

/** The wave an object belongs to; Helm's hook weight where there is no wave; 0 by default. */
export function syncWave(object: KubeObject | undefined): number {
  if (!object) return 0;
  for (const name of [ANNOTATION.syncWave, ANNOTATION.helmHookWeight]) {
    const text = annotation(object, name);
    if (text !== undefined && /^-?\d+$/.test(text.trim())) return Number(text);
  }
  return 0;
}
