import type { Container, Pod, PodSpec, SecurityContext } from '../types/index.js';
import { jsonEqual } from './json-equal.js';

/** The annotation that named a container's profile before there was a field for it. */
export const APPARMOR_OF_CONTAINER = 'container.apparmor.security.beta.kubernetes.io/';
/** What is told about that annotation. */
export const OLD_APPARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead';

type Profile = NonNullable<SecurityContext['appArmorProfile']>;

/** The profile an annotation names; undefined when it names none. */
export function profileOf(annotation: string): Profile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const [, localhostProfile] = /^localhost\/(.+)$/s.exec(annotation) ?? [];
  return localhostProfile === undefined ? undefined : { type: 'Localhost', localhostProfile };
}

/** A new pod with the profiles of its annotations as fields (pod/strategy.go applyAppArmorVersionSkew); `warn` is told of each. */
export function withProfilesOfAnnotations(pod: Pod, warn: ((text: string) => void) | undefined): Pod {
  const { annotations = {} } = pod.metadata;
  const { spec } = pod;
  const isAsked = Object.keys(annotations).some((key) => key.startsWith(APPARMOR_OF_CONTAINER));
  if (!spec || !isAsked || spec.os?.name === 'windows') return pod;
  const withProfile = <T extends Pick<Container, 'name' | 'securityContext'>>(container: T): T => {
    const key = `${APPARMOR_OF_CONTAINER}${container.name}`;
    const annotation = annotations[key];
    if (annotation === undefined || container.securityContext?.appArmorProfile) return container;
    const profile = profileOf(annotation);
    if (profile && jsonEqual(profile, spec.securityContext?.appArmorProfile)) return container;
    warn?.(`metadata.annotations[${key}]: ${OLD_APPARMOR}`);
    if (!profile) return container;
    return { ...container, securityContext: { ...container.securityContext, appArmorProfile: profile } };
  };
  const written: PodSpec = {
    ...spec,
    ...(spec.initContainers && { initContainers: spec.initContainers.map(withProfile) }),
    containers: spec.containers.map(withProfile),
  };
  return { ...pod, spec: written };
}
