import type { FieldError } from '../../api/api-error.js';
import type { Affinity, Container, Job, JobSpec, PodTemplateSpec } from '../../types/index.js';
import { IMMUTABLE, invalidValue } from '../field-errors.js';
import { jsonEqual } from '../json-equal.js';

/** A suspended job that has no pods may still be told where they run and what they need (registry/batch/job/strategy.go). */
function mayChange({ spec, status }: Job): boolean {
  const isSuspended = status?.conditions?.some(
    ({ type, status: is }) => type === 'Suspended' && is === 'True',
  );
  return (
    spec?.suspend === true && (status?.startTime === undefined || isSuspended === true) && !status?.active
  );
}

/** What may not change in the pods of a job (validatePodTemplateUpdate). */
export function validateJobTemplateUpdate(template: PodTemplateSpec | undefined, old: Job): FieldError[] {
  const before = old.spec?.template;
  if (!mayChange(old))
    return jsonEqual(template, before) ? [] : [invalidValue('spec.template', template, IMMUTABLE)];
  const spec = template?.spec;
  return jsonEqual(spec, allowed(before?.spec, spec))
    ? []
    : [invalidValue('spec.template.spec', spec, IMMUTABLE)];
}

type PodSpec = NonNullable<JobSpec['template']['spec']>;

/** The pods as they were, with everything that may be new. */
function allowed(old: PodSpec | undefined, now: PodSpec | undefined): PodSpec | undefined {
  if (!old || !now) return old;
  const { nodeSelector: _n, tolerations: _t, schedulingGates: _g, affinity: _a, ...kept } = old;
  const { nodeSelector, tolerations, schedulingGates } = now;
  const affinity = allowedAffinity(old.affinity, now.affinity);
  return {
    ...kept,
    containers: withResources(old.containers, now.containers),
    ...(old.initContainers && {
      initContainers: withResources(old.initContainers, now.initContainers ?? []),
    }),
    ...(nodeSelector && { nodeSelector }),
    ...(tolerations && { tolerations }),
    ...(schedulingGates && { schedulingGates }),
    ...(affinity && { affinity }),
  };
}

/** Which nodes is a matter of placing; which pods to be near is not. */
function allowedAffinity(old: Affinity | undefined, now: Affinity | undefined): Affinity | undefined {
  const { nodeAffinity: _, ...others } = old ?? {};
  if (!now) return Object.keys(others).length > 0 ? others : undefined;
  return { ...others, ...(now.nodeAffinity && { nodeAffinity: now.nodeAffinity }) };
}

function withResources(old: readonly Container[], now: readonly Container[]): Container[] {
  return old.map((container, index) => {
    const other = now[index];
    if (now.length !== old.length || other?.name !== container.name) return container;
    const { resources: _, ...kept } = container;
    return { ...kept, ...(other.resources && { resources: other.resources }) };
  });
}
