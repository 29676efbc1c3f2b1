import type { Pod, PodSpec } from '../../types/index.js';
import { defaultBarePodSpec } from '../defaults/pod-spec.js';
import { forbiddenField } from '../field-errors.js';
import { within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import { qualityOfService } from '../quality-of-service.js';
import type { Strategy } from '../resource.js';
import { validatePodSpec } from '../validation/pod-spec.js';
import { mergeResize, validateResize } from './pod-resize.js';

/** Of a running pod's spec only these may change (ValidatePodUpdate). */
function fixedSpec(spec: PodSpec | undefined, tolerations: PodSpec['tolerations']): unknown {
  const unpinned = (containers: PodSpec['containers'] | undefined) =>
    (containers ?? []).map((container) => ({ ...container, image: '' }));
  const {
    activeDeadlineSeconds: _,
    terminationGracePeriodSeconds: __,
    schedulingGates: ___,
    ...rest
  } = spec ?? { containers: [] };
  return {
    ...rest,
    containers: unpinned(rest.containers),
    initContainers: unpinned(rest.initContainers),
    tolerations,
  };
}

/** v1 Pod. */
export const podStrategy: Strategy<Pod> = {
  defaults: (pod) => within(pod, 'spec', defaultBarePodSpec),
  prepareForCreate: (pod) => ({ ...pod, status: { phase: 'Pending', qosClass: qualityOfService(pod.spec) } }),
  validate: ({ spec }) => validatePodSpec(spec, 'spec'),
  validateUpdate({ spec }, old) {
    if (spec === old.spec) return [];
    const gated = (old.spec?.schedulingGates ?? []).length > 0;
    const before = old.spec?.tolerations ?? [];
    const kept = before.every((toleration) =>
      (spec?.tolerations ?? []).some((one) => jsonEqual(one, toleration)),
    );
    if (kept && (gated || jsonEqual(fixedSpec(spec, before), fixedSpec(old.spec, before)))) return [];
    return [
      forbiddenField(
        'spec',
        'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
      ),
    ];
  },
  writes: {
    binding: {
      merge: (given, old) => ({
        ...old,
        spec: {
          ...old.spec,
          containers: old.spec?.containers ?? [],
          ...(given.spec?.nodeName && { nodeName: given.spec.nodeName }),
        },
      }),
    },
    ephemeralcontainers: {
      merge: (given, old) =>
        within(old, 'spec', (spec) =>
          defaultBarePodSpec({ ...spec, ephemeralContainers: given.spec?.ephemeralContainers ?? [] }),
        ),
      validate({ spec }, old) {
        const now = spec?.ephemeralContainers ?? [];
        const gone = (old.spec?.ephemeralContainers ?? []).some(
          (before) => !now.some((one) => jsonEqual(one, before)),
        );
        return gone
          ? [
              forbiddenField(
                'spec.ephemeralContainers',
                'existing ephemeral containers may not be removed or changed\n',
              ),
            ]
          : validatePodSpec(spec, 'spec');
      },
    },
    resize: { merge: mergeResize, validate: validateResize },
  },
  /** Pods end gracefully: with the grace asked for, or their own; at once when unscheduled or finished (pod/strategy.go). */
  gracePeriodSeconds(pod, requested) {
    const finished = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (!pod.spec?.nodeName || finished) return 0;
    const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    return seconds < 0 ? 1 : seconds;
  },
  selectableFields(pod) {
    return {
      'spec.nodeName': pod.spec?.nodeName ?? '',
      'spec.restartPolicy': pod.spec?.restartPolicy ?? '',
      'spec.schedulerName': pod.spec?.schedulerName ?? '',
      'spec.serviceAccountName': pod.spec?.serviceAccountName ?? '',
      'spec.hostNetwork': String(pod.spec?.hostNetwork ?? false),
      'status.phase': pod.status?.phase ?? '',
      'status.podIP': pod.status?.podIP ?? '',
      'status.nominatedNodeName': pod.status?.nominatedNodeName ?? '',
    };
  },
};
