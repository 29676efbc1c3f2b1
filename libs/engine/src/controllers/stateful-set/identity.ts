import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet } from '../../types/index.js';
import { REVISION_HASH } from '../shared/revision-history.js';
import { podFromTemplate } from '../shared/pod-state.js';

/** The ordinal at the end of a pod's name; undefined when the name is not one of this set. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const name = pod.metadata.name ?? '';
  const suffix = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^\d+$/.test(suffix) ? Number(suffix) : undefined;
}

/** The name of a claim for one pod of a set. */
export function claimName(template: PersistentVolumeClaim, podName: string): string {
  return `${template.metadata.name}-${podName}`;
}

/** The claims a pod of this name needs, made from the set's templates. */
export function claimsFor(set: StatefulSet, podName: string): PersistentVolumeClaim[] {
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(template, podName),
      ...(set.metadata.namespace !== undefined && { namespace: set.metadata.namespace }),
      labels: { ...template.metadata.labels, ...set.spec?.selector.matchLabels },
      ...(template.metadata.annotations && { annotations: template.metadata.annotations }),
    },
    ...(template.spec && { spec: template.spec }),
  }));
}

/** The pod of an ordinal with its stable name, host name, labels and volumes. */
export function podOf(set: StatefulSet, ordinal: number, template: PodTemplateSpec, revision: string): Pod {
  const pod = podFromTemplate(template, set);
  const name = `${set.metadata.name}-${ordinal}`;
  const claims = set.spec?.volumeClaimTemplates ?? [];
  const claimed = new Set(claims.map((claim) => claim.metadata.name));
  const volumes = [
    ...claims.map((claim) => ({
      name: claim.metadata.name ?? '',
      persistentVolumeClaim: { claimName: claimName(claim, name) },
    })),
    ...(pod.spec?.volumes ?? []).filter((volume) => !claimed.has(volume.name)),
  ];
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      name,
      labels: {
        ...pod.metadata.labels,
        'statefulset.kubernetes.io/pod-name': name,
        'apps.kubernetes.io/pod-index': String(ordinal),
        [REVISION_HASH]: revision,
      },
    },
    spec: {
      ...pod.spec,
      containers: pod.spec?.containers ?? [],
      hostname: name,
      ...(set.spec?.serviceName && { subdomain: set.spec.serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  };
}
