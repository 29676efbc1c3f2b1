import type { Container, PodSpec, SecurityContext } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { forbiddenField, invalidValue } from '../field-errors.js';
import { descendingPath } from './paths.js';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const MIRROR = 'kubernetes.io/config.mirror';
const SECCOMP_OF_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_OF_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APPARMOR_OF_CONTAINER = 'container.apparmor.security.beta.kubernetes.io/';
const LARGEST_COST = 2 ** 31;
const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

type Annotations = Readonly<Record<string, string>> | undefined;

/** Annotations that mean something for a pod (ValidatePodSpecificAnnotations). */
export function validatePodAnnotations(
  annotations: Annotations,
  spec: PodSpec | undefined,
  field: string,
): FieldError[] {
  if (!annotations) return [];
  const errors: FieldError[] = [];
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && !spec?.nodeName)
    errors.push(
      invalidValue(`${field}[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set'),
    );
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isCost(cost))
    errors.push(invalidValue(`${field}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  for (const [key, value] of Object.entries(annotations)) {
    if (key === SECCOMP_OF_POD || key.startsWith(SECCOMP_OF_CONTAINER))
      errors.push(...validateSeccomp(value, `${field}.${key}`));
    if (!key.startsWith(APPARMOR_OF_CONTAINER)) continue;
    const name = key.slice(APPARMOR_OF_CONTAINER.length);
    if (!containersOf(spec).some(([container]) => container.name === name))
      errors.push(invalidValue(`${field}[${key}]`, name, 'container not found'));
    if (!/^(|runtime\/default|unconfined|localhost\/.*)$/s.test(value))
      errors.push(
        invalidValue(`${field}[${key}]`, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`),
      );
  }
  return errors;
}

/** A profile that is named twice, in a field and an annotation, must be the same. */
export function validateProfilesMatch(
  annotations: Annotations,
  spec: PodSpec | undefined,
  field: string,
): FieldError[] {
  if (!annotations || !spec) return [];
  const errors: FieldError[] = [];
  const ofPod = spec.securityContext?.seccompProfile;
  errors.push(
    ...seccompDiffers(annotations[SECCOMP_OF_POD], ofPod, `${field}.securityContext.seccompProfile`),
  );
  for (const [{ name, securityContext }, at] of containersOf(spec))
    errors.push(
      ...seccompDiffers(
        annotations[`${SECCOMP_OF_CONTAINER}${name}`],
        securityContext?.seccompProfile,
        `${field}.${at}.securityContext.seccompProfile`,
      ),
    );
  if (spec.os?.name === 'windows') return errors;
  for (const [{ name, securityContext }, at] of containersOf(spec))
    errors.push(
      ...apparmorDiffers(
        annotations[`${APPARMOR_OF_CONTAINER}${name}`],
        securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile,
        `${field}.${at}.securityContext.appArmorProfile`,
      ),
    );
  return errors;
}

function isCost(text: string): boolean {
  const cost = Number(text);
  return /^(0|-?[1-9]\d*)$/.test(text) && cost < LARGEST_COST && cost >= -LARGEST_COST;
}

function validateSeccomp(profile: string, field: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  return profile.startsWith('localhost/')
    ? descendingPath(profile.slice('localhost/'.length), field)
    : [invalidValue(field, profile, 'must be a valid seccomp profile')];
}

function seccompDiffers(
  annotation: string | undefined,
  profile: SecurityContext['seccompProfile'],
  field: string,
): FieldError[] {
  if (annotation === undefined || !profile) return [];
  const { type, localhostProfile } = profile;
  const other = [forbiddenField(`${field}.type`, 'seccomp type in annotation and field must match')];
  if (type === 'Unconfined') return annotation === 'unconfined' ? [] : other;
  if (type === 'RuntimeDefault')
    return ['runtime/default', 'docker/default'].includes(annotation) ? [] : other;
  if (type !== 'Localhost') return [];
  if (!annotation.startsWith('localhost/')) return other;
  return annotation === `localhost/${localhostProfile ?? ''}`
    ? []
    : [forbiddenField(`${field}.localhostProfile`, 'seccomp profile in annotation and field must match')];
}

function apparmorDiffers(
  annotation: string | undefined,
  profile: SecurityContext['appArmorProfile'],
  field: string,
): FieldError[] {
  if (annotation === undefined || !profile) return [];
  const { type, localhostProfile } = profile;
  const other = [forbiddenField(`${field}.type`, 'apparmor type in annotation and field must match')];
  if (type === 'Unconfined') return annotation === 'unconfined' ? [] : other;
  if (type === 'RuntimeDefault') return annotation === 'runtime/default' ? [] : other;
  if (type !== 'Localhost') return [];
  if (!annotation.startsWith('localhost/')) return other;
  return annotation === `localhost/${localhostProfile ?? ''}`
    ? []
    : [forbiddenField(`${field}.localhostProfile`, 'apparmor profile in annotation and field must match')];
}

/** Every container of a pod, and where it stands. */
function containersOf(spec: PodSpec | undefined): (readonly [Container, string])[] {
  return LISTS.flatMap((list) =>
    ((spec?.[list] ?? []) as readonly Container[]).map(
      (container, index) => [container, `${list}[${index}]`] as const,
    ),
  );
}
