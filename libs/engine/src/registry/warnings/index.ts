import type { StoredObject } from '../../store/stored-object.js';
import type {
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  PersistentVolume,
  Pod,
  PodTemplate,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from '../../types/index.js';
import { resourceKey } from '../resource.js';
import { podWarnings, templateWarnings } from './pod-warnings.js';
import { serviceWarnings } from './service-warnings.js';

type Workload = DaemonSet | Deployment | Job | ReplicaSet | ReplicationController | StatefulSet;

const ofTemplate = ({ spec }: Workload): string[] => templateWarnings(spec?.template, 'spec.template');

const ofVolume = ({ spec }: PersistentVolume): string[] =>
  spec?.persistentVolumeReclaimPolicy === 'Recycle'
    ? [
        'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      ]
    : [];

/** What is told about objects of a kind, by `group/resource`. */
const WARNINGS: Readonly<Record<string, (object: never) => string[]>> = {
  '/pods': ({ spec, metadata }: Pod) => podWarnings(spec, metadata),
  '/podtemplates': ({ template }: PodTemplate) => templateWarnings(template, 'template'),
  '/replicationcontrollers': ofTemplate,
  '/services': serviceWarnings,
  '/persistentvolumes': ofVolume,
  'apps/deployments': ofTemplate,
  'apps/replicasets': ofTemplate,
  'apps/statefulsets': ofTemplate,
  'apps/daemonsets': ofTemplate,
  'batch/jobs': ofTemplate,
  'batch/cronjobs': ({ spec }: CronJob) =>
    templateWarnings(spec?.jobTemplate?.spec?.template, 'spec.jobTemplate.spec.template'),
};
/** Kinds that are warned about when they are made, not when they change: what mattered can't. */
const ONLY_NEW = new Set(['/pods', '/podtemplates']);

/** What a client is told about an object it wrote, though it is fine; `old` is what was there before. */
export function warningsAbout(
  resource: { readonly group: string; readonly resource: string; readonly custom?: boolean },
  object: StoredObject,
  old?: StoredObject,
): string[] {
  const key = resourceKey(resource);
  const isUnchanged = old !== undefined && old.metadata.generation === object.metadata.generation;
  const ofKind = resource.custom ? undefined : WARNINGS[key];
  // Kinds that do not count their generation are looked at every time.
  if (!ofKind || (old && ONLY_NEW.has(key)) || (isUnchanged && object.metadata.generation !== undefined))
    return [];
  return ofKind(object as never);
}
