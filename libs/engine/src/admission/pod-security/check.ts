import type { Container, Pod, PodSpec, SecurityContext } from '../../types/index.js';

/** What checks look at: a pod, or the template of one. */
export type CheckedPod = Pick<Pod, 'spec'> & { readonly metadata?: Pod['metadata'] };

/** Why a pod is forbidden: what it does, and who in it does so. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** What a check is given. */
export interface CheckInput {
  readonly spec: PodSpec;
  readonly annotations: Readonly<Record<string, string>>;
  /** Init containers, containers and ephemeral ones, in this order. */
  readonly containers: readonly Container[];
}

/** One rule of the Pod Security Standards. */
export type Check = (input: CheckInput) => Violation | undefined;

/** How a check changed over the minor versions of Kubernetes. */
export interface VersionedCheck {
  /** As upstream names it: findings are told in the order of these names. */
  readonly id: string;
  /** From which minor version which form holds, oldest first. */
  readonly forms: readonly (readonly [since: number, check: Check, overrides?: string])[];
}

/** The input of the checks for a pod. */
export function checkInput({ metadata, spec = { containers: [] } }: CheckedPod): CheckInput {
  const { initContainers = [], containers, ephemeralContainers = [] } = spec;
  return {
    spec,
    annotations: metadata?.annotations ?? {},
    containers: [...initContainers, ...containers, ...(ephemeralContainers as Container[])],
  };
}

export const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);

/** `"a", "b"`: as Kubernetes does it, without regard to quotes inside. */
export const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** Sorted, each once. */
export const distinct = (words: readonly string[]): string[] => [...new Set(words)].sort();

/** `container "a"`, `containers "a", "b"`. */
export const named = (names: readonly string[], word = 'container'): string =>
  `${plural(word, names.length)} ${quoted(names)}`;

/** Names of the containers for which the question is answered yes. */
export function namesOf(
  containers: readonly Container[],
  asks: (context: SecurityContext, container: Container) => boolean,
): string[] {
  return containers
    .filter((container) => asks(container.securityContext ?? {}, container))
    .map(({ name }) => name);
}

/** `pod and container "a"`; undefined when neither is to blame. */
export function setters(pod: boolean, containers: readonly string[], also?: string): string | undefined {
  const all = [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])];
  if (also !== undefined) all.push(also);
  return all.length > 0 ? all.join(' and ') : undefined;
}

/** In a user namespace root is nobody outside (KEP-127). */
export const hasUserNamespace = ({ spec }: CheckInput): boolean => spec.hostUsers === false;

/** Windows has neither capabilities nor seccomp, and validation refuses them there. */
export const isWindows = ({ spec }: CheckInput): boolean => spec.os?.name === 'windows';
