import type { FieldError } from '../../api/api-error.js';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../types/index.js';
import { defaultBarePodSpec } from '../defaults/pod-spec.js';
import { forbiddenField, invalidValue, required } from '../field-errors.js';
import { within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import { qualityOfService } from '../quality-of-service.js';
import { validatePod } from '../validation/pod-spec.js';

/** What of a container's resources a running pod may change. */
const MUTABLE = ['cpu', 'memory'] as const;

/** Takes the resources and resize policies of what was given, and everything else of what there was (pod/strategy.go). */
export function mergeResize(sent: Pod, old: Pod): Pod {
  const given = within(sent, 'spec', defaultBarePodSpec);
  const merged = (now: readonly Container[] = [], before: readonly Container[] = []): Container[] => {
    const isSame = now.length === before.length && now.every(({ name }, at) => name === before[at]?.name);
    // Validation says what is wrong with it.
    if (!isSame) return [...now];
    return before.map((container, at) => {
      const { resources: _, resizePolicy: __, ...rest } = container;
      const { resources, resizePolicy } = now[at] ?? {};
      return { ...rest, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) };
    });
  };
  return within(old, 'spec', (spec) => ({
    ...spec,
    containers: merged(given.spec?.containers, spec.containers),
    ...((spec.initContainers ?? given.spec?.initContainers) && {
      initContainers: merged(given.spec?.initContainers, spec.initContainers),
    }),
    ...(given.spec?.resources && { resources: given.spec.resources }),
  }));
}

/** What may not be asked of a resize (ValidatePodResize). */
export function validateResize(pod: Pod, old: Pod): FieldError[] {
  const { spec, status } = pod;
  if (!spec) return [required('spec')];
  const errors = validatePod(pod);
  if (old.spec?.os?.name === 'windows') return [forbiddenField('', 'windows pods cannot be resized')];
  const wanted = qualityOfService(spec);
  if (status?.qosClass && wanted !== status.qosClass)
    errors.push(
      invalidValue('spec', status.qosClass, 'Pod QOS Class may not change as a result of resizing'),
    );
  if (!jsonEqual(spec.resources ?? {}, old.spec?.resources ?? {}))
    errors.push(
      forbiddenField(
        '',
        'resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled',
      ),
    );
  const order = [
    ...orderErrors(spec, old.spec, 'initContainers'),
    ...orderErrors(spec, old.spec, 'containers'),
  ];
  if (order.length > 0) return [...errors, ...order];
  for (const list of ['initContainers', 'containers'] as const)
    for (const [at, container] of (spec[list] ?? []).entries()) {
      const before = old.spec?.[list]?.[at];
      if (before) errors.push(...containerErrors(container, before, list, at));
    }
  return errors;
}

function orderErrors(
  now: PodSpec,
  before: PodSpec | undefined,
  list: 'containers' | 'initContainers',
): FieldError[] {
  const [ours, theirs] = [now[list] ?? [], before?.[list] ?? []];
  if (ours.length !== theirs.length)
    return [forbiddenField(`spec.${list}`, `${list} may not be added or removed on resize`)];
  return ours.flatMap(({ name }, at) =>
    name === theirs[at]?.name
      ? []
      : [forbiddenField(`spec.${list}[${at}].name`, `${list} may not be renamed or reordered on resize`)],
  );
}

function containerErrors(
  now: Container,
  before: Container,
  list: 'containers' | 'initContainers',
  at: number,
): FieldError[] {
  const isInit = list === 'initContainers';
  if (isInit && now.restartPolicy !== 'Always')
    return jsonEqual(now, before)
      ? []
      : [forbiddenField('spec', 'resources for non-sidecar init containers are immutable')];
  const errors: FieldError[] = [];
  const path = `spec.${list}[${at}]`;
  for (const part of ['requests', 'limits'] as const)
    if (
      Object.keys(before.resources?.[part] ?? {}).some((name) => now.resources?.[part]?.[name] === undefined)
    )
      errors.push(forbiddenField(`${path}.resources.${part}`, `resource ${part} cannot be removed`));
  if (!jsonEqual(fixed(now), fixed(before)))
    errors.push(
      isInit
        ? forbiddenField(path, 'only cpu and memory resources for init or sidecar containers are mutable')
        : forbiddenField('spec', 'only cpu and memory resources are mutable'),
    );
  return errors;
}

function fixed(container: Container): unknown {
  const without = (list: ResourceRequirements['limits']) =>
    Object.fromEntries(
      Object.entries(list ?? {}).filter(([name]) => !(MUTABLE as readonly string[]).includes(name)),
    );
  const { limits, requests, ...rest } = container.resources ?? {};
  return { ...container, resources: { ...rest, limits: without(limits), requests: without(requests) } };
}
