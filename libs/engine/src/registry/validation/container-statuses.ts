import type { FieldError } from '../../api/api-error.js';
import type { Container, ContainerStatus, Pod, PodSpec, ResourceStatus } from '../../types/index.js';
import { duplicate, forbiddenField, invalidValue, notSupported, required, tooLong } from '../field-errors.js';
import { restartsAfter } from '../restarts-after.js';
import { inRange } from './numbers.js';

const LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;
const LARGEST_ID = 2 ** 31 - 1;
const HEALTH = ['Healthy', 'Unhealthy', 'Unknown'];
const LONGEST_MESSAGE = 1024;
const LONGEST_IMAGE_REFERENCE = 256;

/** A container that has ended and will not run again stays as it is (ValidateContainerStateTransition). */
export function validateTransitions({ status }: Pod, old: Pod): FieldError[] {
  const { spec } = old;
  const policy = spec?.restartPolicy || 'Always';
  const { containers = [], initContainers = [] } = spec ?? {};
  const mayAllRestart = [...containers, ...initContainers].some(({ restartPolicyRules = [] }) =>
    restartPolicyRules.some(({ action }) => action === 'RestartAllContainers'),
  );
  return LISTS.flatMap((list) => {
    const before = old.status?.[list] ?? [];
    const isEphemeral = list === 'ephemeralContainerStatuses';
    if (before.length === 0 || (mayAllRestart && !isEphemeral)) return [];
    const specs = list === 'containerStatuses' ? containers : initContainers;
    return before.flatMap(({ name, state }, index) => {
      const ended = state?.terminated;
      const now = status?.[list]?.find((one) => one.name === name);
      if (!ended || !now || now.state?.terminated) return [];
      const container = isEphemeral ? undefined : specs.find((one) => one.name === name);
      return container && restartsAfter(container, ended.exitCode, policy)
        ? []
        : [
            forbiddenField(
              `status.${list}[${index}].state`,
              'may not be transitioned to non-terminated state',
            ),
          ];
    });
  });
}

/** Users, devices and volumes of containers as a kubelet tells them. */
export function validateContainerStatuses({ spec, status }: Pod): FieldError[] {
  const each = (check: (one: ContainerStatus, field: string, list: (typeof LISTS)[number]) => FieldError[]) =>
    LISTS.flatMap((list) =>
      (status?.[list] ?? []).flatMap((one, index) => check(one, `status.${list}[${index}]`, list)),
    );
  return [
    ...each((one, field) => userErrors(one, spec, field)),
    ...each((one, field, list) => {
      if (list === 'ephemeralContainerStatuses')
        return (one.allocatedResourcesStatus ?? []).length > 0
          ? [forbiddenField(`${field}.allocatedResourcesStatus`, 'must not be specified in container status')]
          : [];
      const specs = list === 'containerStatuses' ? spec?.containers : spec?.initContainers;
      const container = specs?.find(({ name }) => name === one.name);
      return allocationErrors(
        one.allocatedResourcesStatus ?? [],
        container,
        `${field}.allocatedResourcesStatus`,
      );
    }),
    ...each(volumeErrors),
  ];
}

function userErrors({ user }: ContainerStatus, spec: PodSpec | undefined, field: string): FieldError[] {
  const linux = user?.linux;
  if (!linux) return [];
  const at = `${field}.user.linux`;
  if (spec?.os?.name === 'windows') return [forbiddenField(at, 'cannot be set for a windows pod')];
  return [
    ...inRange(linux.uid, `${at}.uid`, 0, LARGEST_ID),
    ...inRange(linux.gid, `${at}.gid`, 0, LARGEST_ID),
    ...(linux.supplementalGroups ?? []).flatMap((group, index) =>
      inRange(group, `${at}.supplementalGroups[${index}]`, 0, LARGEST_ID),
    ),
  ];
}

function allocationErrors(
  allocated: readonly ResourceStatus[],
  container: Container | undefined,
  field: string,
): FieldError[] {
  return allocated.flatMap(({ name, resources = [] }, index) => {
    const at = `${field}[${index}]`;
    const problem = container && allocationProblem(name, container);
    const seen = new Set<string>();
    return [
      ...(problem ? [invalidValue(`${at}.name`, name, problem)] : []),
      ...resources.flatMap(({ resourceID, health = '', message }, place) => {
        const one = `${at}.resources[${place}]`;
        const isRepeated = seen.has(resourceID);
        seen.add(resourceID);
        return [
          ...(HEALTH.includes(health) ? [] : [notSupported(`${one}.health`, health, HEALTH)]),
          ...(message === '' ? [required(`${one}.message`, 'must be non-empty if specified')] : []),
          ...(Buffer.byteLength(message ?? '') > LONGEST_MESSAGE
            ? [tooLong(`${one}.message`, LONGEST_MESSAGE)]
            : []),
          ...(isRepeated ? [duplicate(`${one}.resourceID`, resourceID)] : []),
        ];
      }),
    ];
  });
}

function allocationProblem(name: string, { resources }: Container): string | undefined {
  if (name.startsWith('claim:')) {
    const isClaimed = (resources?.claims ?? []).some(
      (claim) => `claim:${claim.name}${claim.request ? `/${claim.request}` : ''}` === name,
    );
    return isClaimed
      ? undefined
      : "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";
  }
  return resources?.requests && Object.hasOwn(resources.requests, name)
    ? undefined
    : "must match one of the container's resource requests";
}

function volumeErrors({ volumeMounts = [] }: ContainerStatus, field: string): FieldError[] {
  return volumeMounts.flatMap(({ volumeStatus }, index) => {
    const image = volumeStatus?.image;
    if (!image) return [];
    const at = `${field}.volumeMounts[${index}].volumeStatus.imageVolumeStatus.imageRef`;
    if (!image.imageRef) return [required(at, 'imageRef must not be empty')];
    return Buffer.byteLength(image.imageRef) > LONGEST_IMAGE_REFERENCE
      ? [tooLong(at, LONGEST_IMAGE_REFERENCE)]
      : [];
  });
}
