import type { ObjectMeta } from '@lotse/manifests';

/** Annotation names of Argo CD, kept so that existing repositories work unmodified. */
export const ANNOTATION = {
  trackingId: 'argocd.argoproj.io/tracking-id',
  syncOptions: 'argocd.argoproj.io/sync-options',
  compareOptions: 'argocd.argoproj.io/compare-options',
  hook: 'argocd.argoproj.io/hook',
  hookDeletePolicy: 'argocd.argoproj.io/hook-delete-policy',
  syncWave: 'argocd.argoproj.io/sync-wave',
  refresh: 'argocd.argoproj.io/refresh',
  ignoreHealthcheck: 'argocd.argoproj.io/ignore-healthcheck',
  ignoreRestartPolicy: 'argocd.argoproj.io/ignore-restart-policy',
  skipReconcile: 'argocd.argoproj.io/skip-reconcile',
  deletionApproved: 'argocd.argoproj.io/deletion-approved',
  helmHook: 'helm.sh/hook',
  helmHookWeight: 'helm.sh/hook-weight',
  helmHookDeletePolicy: 'helm.sh/hook-delete-policy',
  helmResourcePolicy: 'helm.sh/resource-policy',
  /** Lotse's own: names the operation that created a hook, so that a resumed operation knows its own hooks. */
  operation: 'lotse.dev/operation',
  /** kubectl's record of a client-side apply; it repeats the whole object, Secret values included. */
  lastApplied: 'kubectl.kubernetes.io/last-applied-configuration',
} as const;

/** Finalizers an Application may carry; they ask that its objects are deleted before it. */
export const FINALIZER = {
  resources: 'resources-finalizer.argocd.argoproj.io',
  resourcesForeground: 'resources-finalizer.argocd.argoproj.io/foreground',
  resourcesBackground: 'resources-finalizer.argocd.argoproj.io/background',
  preDelete: 'pre-delete-finalizer.argocd.argoproj.io',
  preDeleteCleanup: 'pre-delete-finalizer.argocd.argoproj.io/cleanup',
  postDelete: 'post-delete-finalizer.argocd.argoproj.io',
  postDeleteCleanup: 'post-delete-finalizer.argocd.argoproj.io/cleanup',
} as const;

const DELETING = [FINALIZER.resources, FINALIZER.preDelete, FINALIZER.postDelete];

/** The finalizers that stay when an application is to go alone: nothing is deleted, and no hooks are run for it. */
export function finalizersWithoutCascade(finalizers: readonly string[]): string[] {
  return finalizers.filter((finalizer) => !DELETING.some((own) => finalizer.startsWith(own)));
}

/** The value of an annotation, own keys only. */
export function annotation(object: { metadata: ObjectMeta }, name: string): string | undefined {
  const annotations: unknown = object.metadata.annotations;
  if (typeof annotations !== 'object' || annotations === null || !Object.hasOwn(annotations, name))
    return undefined;
  const value: unknown = Reflect.get(annotations, name);
  return typeof value === 'string' ? value : undefined;
}

/** The comma-separated parts of an annotation, trimmed, empty ones dropped. */
export function annotationList(object: { metadata: ObjectMeta }, name: string): string[] {
  return (annotation(object, name) ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
