import { isJsonObject, type KubeObject } from '@lotse/manifests';
import type { Application, ClusterEvent } from '@lotse/gitops';
import { CONTROL_NAMESPACE } from '../cluster/cluster-host.js';

/** Where the operator's options for kustomizations are, as in Argo CD. */
export const BUILD_OPTIONS_MAP = {
  group: '',
  kind: 'ConfigMap',
  namespace: CONTROL_NAMESPACE,
  name: 'argocd-cm',
} as const;

/** `kustomize.buildOptions` of the operator's settings. */
export function buildOptionsOf(settings: KubeObject | undefined): string | undefined {
  const data = settings?.['data'];
  const options = isJsonObject(data) ? data['kustomize.buildOptions'] : undefined;
  return typeof options === 'string' ? options : undefined;
}

/** True for a change of the cluster after which kustomizations are built with other options. */
export function changesBuildOptions({ type, object, previous }: ClusterEvent): boolean {
  const { kind, metadata } = object;
  if (kind !== BUILD_OPTIONS_MAP.kind || metadata.name !== BUILD_OPTIONS_MAP.name) return false;
  if (metadata.namespace !== BUILD_OPTIONS_MAP.namespace) return false;
  if (type === 'DELETED') return buildOptionsOf(object) !== undefined;
  return buildOptionsOf(previous) !== buildOptionsOf(object);
}

/** True for applications that are kustomizations, or may be: what could not be rendered yet has no kind. */
export function mayBeKustomized({ status }: Application): boolean {
  const isBroken = status?.conditions?.some(({ type }) => type === 'ComparisonError') === true;
  return status?.sourceType === undefined || status.sourceType === 'Kustomize' || isBroken;
}
