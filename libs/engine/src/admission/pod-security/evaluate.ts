import { BASELINE } from './baseline.js';
import { checkInput, type CheckedPod, type VersionedCheck, type Violation } from './check.js';
import type { LevelVersion } from './policy.js';
import { RESTRICTED } from './restricted.js';

/**
 * What a pod does that a level of the Pod Security Standards forbids, as the level stood at a version of Kubernetes
 * (pod-security-admission/policy): the baseline's findings first.
 */
export function violationsOf(pod: CheckedPod, { level, minor }: LevelVersion): Violation[] {
  if (level === 'privileged') return [];
  const restricted = level === 'restricted' ? RESTRICTED.flatMap((check) => formAt(check, minor) ?? []) : [];
  const overridden = new Set(restricted.map(([, , overrides]) => overrides));
  const baseline = BASELINE.filter(({ id }) => !overridden.has(id)).flatMap(
    (check) => formAt(check, minor) ?? [],
  );
  const input = checkInput(pod);
  return [...baseline, ...restricted].flatMap(([, check]) => check(input) ?? []);
}

/** The newest form that is not newer than the version, in a list of one. */
function formAt({ forms }: VersionedCheck, minor: number): VersionedCheck['forms'] {
  const form = forms.findLast(([since]) => since <= minor);
  return form ? [form] : [];
}

/** `host namespaces (hostPID=true), privileged (…)`. */
export function describeViolations(violations: readonly Violation[]): string {
  return violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');
}
