import type { FieldError } from '../../api/api-error.js';
import type { Affinity, Container, NodeSelectorTerm, Pod, PodSpec } from '../../types/index.js';
import { forbiddenField, invalidValue, required } from '../field-errors.js';
import { jsonEqual } from '../json-equal.js';
import { inRange } from '../validation/numbers.js';
import { validatePodAnnotations } from '../validation/pod-annotations.js';
import { validatePod } from '../validation/pod-spec.js';
import { validateAddedTolerations } from '../validation/tolerations.js';

const LARGEST_INTEGER = 2 ** 31 - 1;
const UPDATABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const MIRROR = 'kubernetes.io/config.mirror';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** What may change of a pod that is there, and how (ValidatePodUpdate). */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const isSame = pod.spec === old.spec;
  const errors = [
    ...(isSame
      ? validatePodAnnotations(pod.metadata.annotations, pod.spec, 'metadata.annotations')
      : validatePod(pod)),
    ...annotationChanges(pod, old),
  ];
  if (isSame || !pod.spec || !old.spec) return errors;
  return [...errors, ...specChanges(pod.spec, old.spec)];
}

function annotationChanges({ metadata: { annotations: now = {} } }: Pod, old: Pod): FieldError[] {
  const before = old.metadata.annotations ?? {};
  if (now === before) return [];
  const at = (key: string) => `metadata.annotations[${key}]`;
  const changed = Object.keys(before).filter((key) => now[key] !== before[key]);
  const added = Object.keys(now).filter((key) => before[key] === undefined);
  const about = (keys: readonly string[], verb: string) =>
    keys.flatMap((key) => [
      ...(key.startsWith(APPARMOR) ? [forbiddenField(at(key), `may not ${verb} AppArmor annotations`)] : []),
      ...(key === MIRROR ? [forbiddenField(at(key), `may not ${verb} mirror pod annotation`)] : []),
    ]);
  return [...about(changed, 'remove or update'), ...about(added, 'add')];
}

function specChanges(spec: PodSpec, old: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ['containers', 'initContainers'] as const) {
    const now = spec[list] ?? [];
    if (now.length !== (old[list] ?? []).length)
      return [...errors, forbiddenField(`spec.${list}`, 'pod updates may not add or remove containers')];
    errors.push(
      ...now.flatMap(({ image = '' }, index) => imageErrors(image, `spec.${list}[${index}].image`)),
    );
  }
  const deadline = deadlineChange(spec, old);
  errors.push(...deadline);
  if (deadline.length > 0 && spec.activeDeadlineSeconds !== undefined) return errors;
  errors.push(
    ...validateAddedTolerations(spec.tolerations ?? [], old.tolerations ?? [], 'spec.tolerations'),
    ...gateChanges(spec, old),
  );
  const isGated = (old.schedulingGates ?? []).length > 0;
  if (isGated)
    errors.push(...selectorChanges(spec, old), ...nodeAffinityChanges(spec.affinity, old.affinity));
  if (!jsonEqual(fixedSpec(spec, old, isGated), fixedSpec(old, old, isGated)))
    errors.push(forbiddenField('spec', UPDATABLE));
  return errors;
}

/** What of a spec may never change once the pod is there. */
function fixedSpec(spec: PodSpec, old: PodSpec, isGated: boolean): unknown {
  const unpinned = (containers: readonly Container[] | undefined) =>
    (containers ?? []).map((container) => ({ ...container, image: '' }));
  const {
    activeDeadlineSeconds: _,
    schedulingGates: __,
    tolerations: ___,
    terminationGracePeriodSeconds: grace,
    nodeSelector,
    affinity,
    ...rest
  } = spec;
  const isEnding = (old.terminationGracePeriodSeconds ?? 0) < 0 && grace === 1;
  const { nodeAffinity, ...others } = affinity ?? {};
  return {
    ...rest,
    containers: unpinned(rest.containers),
    initContainers: unpinned(rest.initContainers),
    terminationGracePeriodSeconds: isEnding ? old.terminationGracePeriodSeconds : grace,
    ...(isGated
      ? { affinity: others }
      : { nodeSelector: nodeSelector ?? {}, affinity: { ...others, nodeAffinity } }),
  };
}

function imageErrors(image: string, field: string): FieldError[] {
  if (image === '') return [required(field)];
  return image.trim() === image
    ? []
    : [invalidValue(field, image, 'must not have leading or trailing whitespace')];
}

function deadlineChange(
  { activeDeadlineSeconds: now }: PodSpec,
  { activeDeadlineSeconds: before }: PodSpec,
): FieldError[] {
  const field = 'spec.activeDeadlineSeconds';
  if (now === undefined)
    return before === undefined
      ? []
      : [invalidValue(field, undefined, 'must not update from a positive integer to nil value')];
  const outside = inRange(now, field, 0, LARGEST_INTEGER);
  if (outside.length > 0) return outside;
  return before !== undefined && before < now
    ? [invalidValue(field, now, 'must be less than or equal to previous value')]
    : [];
}

function gateChanges(
  { schedulingGates: now = [] }: PodSpec,
  { schedulingGates: before = [] }: PodSpec,
): FieldError[] {
  const known = new Set(before.map(({ name }) => name));
  return now.flatMap(({ name }, index) =>
    known.has(name)
      ? []
      : [
          forbiddenField(
            `spec.schedulingGates[${index}].name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  );
}

function selectorChanges(
  { nodeSelector: now = {} }: PodSpec,
  { nodeSelector: before = {} }: PodSpec,
): FieldError[] {
  const isNarrower = Object.entries(before).every(([key, value]) => now[key] === value);
  return isNarrower
    ? []
    : [
        invalidValue(
          'spec.nodeSelector',
          now,
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        ),
      ];
}

/** A pod that waits may be kept to fewer nodes, never be let go to others (validateNodeAffinityMutation). */
function nodeAffinityChanges(now: Affinity | undefined, before: Affinity | undefined): FieldError[] {
  const field = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`;
  const required = before?.nodeAffinity?.[REQUIRED]?.nodeSelectorTerms ?? [];
  const terms = now?.nodeAffinity?.[REQUIRED]?.nodeSelectorTerms ?? [];
  if (jsonEqual(now?.nodeAffinity ?? {}, before?.nodeAffinity ?? {}) || required.length === 0) return [];
  if (terms.length !== required.length)
    return [
      invalidValue(field, terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'),
    ];
  return terms.flatMap((term, index) =>
    isAddition(term, required[index] ?? {})
      ? []
      : [invalidValue(`${field}[${index}]`, term, 'only additions are allowed (no mutations or deletions)')],
  );
}

function isAddition(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const isEmpty = (old.matchExpressions ?? []).length === 0 && (old.matchFields ?? []).length === 0;
  const begins = (now: readonly unknown[] = [], before: readonly unknown[] = []) =>
    before.every((one, index) => jsonEqual(one, now[index]));
  return isEmpty
    ? (term.matchExpressions ?? []).length === 0 && (term.matchFields ?? []).length === 0
    : begins(term.matchExpressions, old.matchExpressions) && begins(term.matchFields, old.matchFields);
}
