import type { PodSpec } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { forbiddenField } from '../field-errors.js';

const OF_PODS = [
  'securityContext.appArmorProfile',
  'securityContext.seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'securityContext.seccompProfile',
  'securityContext.fsGroup',
  'securityContext.fsGroupChangePolicy',
  'securityContext.sysctls',
  'shareProcessNamespace',
  'securityContext.runAsUser',
  'securityContext.runAsGroup',
  'securityContext.supplementalGroups',
  'securityContext.supplementalGroupsPolicy',
  'securityContext.seLinuxChangePolicy',
];
const OF_CONTAINERS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

/** What a pod that says it needs Windows can't have (validateWindows). */
export function validateForWindows(spec: PodSpec, field: string): FieldError[] {
  const text = 'cannot be set for a windows pod';
  const ofPod = { ...spec, ...prefixed(spec.securityContext ?? {}) } as Record<string, unknown>;
  return [
    ...OF_PODS.flatMap((key) => (isSaid(ofPod[key]) ? [forbiddenField(`${field}.${key}`, text)] : [])),
    ...(['initContainers', 'containers'] as const).flatMap((list) =>
      (spec[list] ?? []).flatMap(({ securityContext }, index) =>
        OF_CONTAINERS.flatMap((key) =>
          securityContext?.[key] === undefined
            ? []
            : [forbiddenField(`${field}.${list}[${index}].securityContext.${key}`, text)],
        ),
      ),
    ),
  ];
}

const prefixed = (context: object): object =>
  Object.fromEntries(
    Object.entries(context).map(([key, value]) => [`securityContext.${key}`, value as unknown]),
  );

/** A switch of the pod that is off says nothing; an empty list neither. */
function isSaid(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}
