import type { PodSecurityContext, PodSpec, SecurityContext } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { forbiddenField, invalidValue, notSupported, required, tooLong } from '../field-errors.js';
import { inRange } from './numbers.js';
import { descendingPath, noneOrOneOf } from './paths.js';
import { validateSysctls } from './sysctls.js';
import { validateWindowsOptions } from './windows-options.js';

type SeccompProfile = SecurityContext['seccompProfile'];
type AppArmorProfile = SecurityContext['appArmorProfile'];

const LARGEST_ID = 2 ** 31 - 1;
const LONGEST_PROFILE = 4095;
const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

/** What a container may do (ValidateSecurityContext). */
export function validateSecurityContext(
  context: SecurityContext | undefined,
  field: string,
  hasHostUsers: boolean,
): FieldError[] {
  if (!context) return [];
  const { runAsUser, runAsGroup, procMount, privileged, allowPrivilegeEscalation, capabilities } = context;
  const errors: FieldError[] = [];
  if (runAsUser !== undefined) errors.push(...inRange(runAsUser, `${field}.runAsUser`, 0, LARGEST_ID));
  if (runAsGroup !== undefined) errors.push(...inRange(runAsGroup, `${field}.runAsGroup`, 0, LARGEST_ID));
  if (procMount !== undefined && !['Default', 'Unmasked'].includes(procMount))
    errors.push(notSupported(`${field}.procMount`, procMount, ['Default', 'Unmasked']));
  if (procMount === 'Unmasked' && hasHostUsers)
    errors.push(invalidValue(`${field}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
  errors.push(...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`));
  if (allowPrivilegeEscalation === false) {
    const against = (what: string) =>
      invalidValue(field, context, `cannot set \`allowPrivilegeEscalation\` to false and ${what}`);
    if (privileged) errors.push(against('`privileged` to true'));
    if (capabilities?.add?.includes('CAP_SYS_ADMIN'))
      errors.push(against('`capabilities.Add` CAP_SYS_ADMIN'));
  }
  return [
    ...errors,
    ...validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`),
    ...validateAppArmor(context.appArmorProfile, `${field}.appArmorProfile`),
  ];
}

/** What all containers of a pod may do, and whose files they share (validatePodSpecSecurityContext). */
export function validatePodSecurityContext(spec: PodSpec, field: string): FieldError[] {
  const context: PodSecurityContext = spec.securityContext ?? {};
  const errors: FieldError[] = [];
  for (const key of ['fsGroup', 'runAsUser', 'runAsGroup'] as const) {
    const id = context[key];
    if (id !== undefined) errors.push(...inRange(id, `${field}.${key}`, 0, LARGEST_ID));
  }
  for (const [index, id] of (context.supplementalGroups ?? []).entries())
    errors.push(...inRange(id, `${field}.supplementalGroups[${index}]`, 0, LARGEST_ID));
  if (spec.hostPID && spec.shareProcessNamespace)
    errors.push(
      invalidValue(
        `${field}.shareProcessNamespace`,
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    );
  return [
    ...errors,
    ...validateSysctls(spec, `${field}.sysctls`),
    ...noneOrOneOf(context.fsGroupChangePolicy, `${field}.fsGroupChangePolicy`, ['Always', 'OnRootMismatch']),
    ...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`),
    ...validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`),
    ...validateAppArmor(context.appArmorProfile, `${field}.appArmorProfile`),
    ...noneOrOneOf(context.supplementalGroupsPolicy, `${field}.supplementalGroupsPolicy`, [
      'Merge',
      'Strict',
    ]),
    ...noneOrOneOf(context.seLinuxChangePolicy, `${field}.seLinuxChangePolicy`, ['Recursive']),
  ];
}

/** A user namespace of a pod's own goes with no other namespace of the node (validateHostUsers). */
export function validateHostUsers(spec: PodSpec, field: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const together = 'when `hostUsers` is false';
  return [
    ...(spec.hostNetwork ? [forbiddenField(`${field}.hostNetwork`, together)] : []),
    ...(spec.hostPID ? [forbiddenField(`${field}.HostPID`, together)] : []),
    ...(spec.hostIPC ? [forbiddenField(`${field}.HostIPC`, together)] : []),
    ...(['initContainers', 'containers'] as const).flatMap((list) =>
      (spec[list] ?? []).flatMap(({ volumeDevices = [] }, index) =>
        volumeDevices.length > 0
          ? [forbiddenField(`${field}.${list}[${index}].volumeDevices`, together)]
          : [],
      ),
    ),
  ];
}

function validateSeccomp(profile: SeccompProfile, field: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const errors: FieldError[] = [];
  if (!type) errors.push(required(`${field}.type`, 'type is required when seccompProfile is set'));
  else if (!PROFILE_TYPES.includes(type)) errors.push(notSupported(`${field}.type`, type, PROFILE_TYPES));
  const at = `${field}.localhostProfile`;
  if (type === 'Localhost')
    return localhostProfile === undefined
      ? [...errors, required(at, 'must be set when seccomp type is Localhost')]
      : [...errors, ...descendingPath(localhostProfile, at)];
  if (localhostProfile !== undefined)
    errors.push(invalidValue(at, profile, 'can only be set when seccomp type is Localhost'));
  return errors;
}

function validateAppArmor(profile: AppArmorProfile, field: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const at = `${field}.localhostProfile`;
  if (!type) return [required(`${field}.type`, 'type is required when appArmorProfile is set')];
  if (!PROFILE_TYPES.includes(type)) return [notSupported(`${field}.type`, type, PROFILE_TYPES)];
  if (type !== 'Localhost')
    return localhostProfile === undefined
      ? []
      : [invalidValue(at, localhostProfile, 'can only be set when AppArmor type is Localhost')];
  if (localhostProfile === undefined) return [required(at, 'must be set when AppArmor type is Localhost')];
  const errors: FieldError[] = [];
  if (localhostProfile.trim() !== localhostProfile)
    errors.push(invalidValue(at, localhostProfile, 'must not be padded with whitespace'));
  else if (localhostProfile === '') errors.push(required(at, 'must be set when AppArmor type is Localhost'));
  if (Buffer.byteLength(localhostProfile) > LONGEST_PROFILE) errors.push(tooLong(at, LONGEST_PROFILE));
  return errors;
}
