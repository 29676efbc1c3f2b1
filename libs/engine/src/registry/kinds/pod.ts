import { formatTime } from '../../time.js';
import type { Pod, PodCondition } from '../../types/index.js';
import { withProfilesOfAnnotations } from '../apparmor.js';
import { defaultBarePodSpec } from '../defaults/pod-spec.js';
import { forbiddenField } from '../field-errors.js';
import { within } from '../fill.js';
import { goQuote } from '../go-quote.js';
import { jsonEqual } from '../json-equal.js';
import { metadataWritten, withPartOf } from '../object-parts.js';
import { qualityOfService } from '../quality-of-service.js';
import type { Strategy } from '../resource.js';
import { validateProfilesMatch } from '../validation/pod-annotations.js';
import { validatePod } from '../validation/pod-spec.js';
import { keepTold, validatePodStatus } from '../validation/pod-status.js';
import { mergeResize, validateResize } from './pod-resize.js';
import { validatePodUpdate } from './pod-update.js';

/** A time that never was is null: Go has nothing else to write for it. */
const NEVER = null as unknown as string;

/** Why a pod with gates waits, before any scheduler has looked at it. */
const gated = (nowMs: number): PodCondition => ({
  type: 'PodScheduled',
  status: 'False',
  lastProbeTime: NEVER,
  lastTransitionTime: formatTime(nowMs),
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
});

/** v1 Pod. */
export const podStrategy: Strategy<Pod> = {
  // Less than no time is one second, as Kubernetes reads it.
  defaults: (pod) =>
    within(pod, 'spec', (spec) => {
      const isNegative = (spec.terminationGracePeriodSeconds ?? 0) < 0;
      return defaultBarePodSpec(isNegative ? { ...spec, terminationGracePeriodSeconds: 1 } : spec);
    }),
  prepareForCreate: (pod, { nowMs, warn }) => ({
    ...withProfilesOfAnnotations(pod, warn),
    status: {
      phase: 'Pending',
      qosClass: qualityOfService(pod.spec),
      ...((pod.spec?.schedulingGates ?? []).length > 0 && { conditions: [gated(nowMs)] }),
    },
  }),
  validate: (pod) => [
    ...validatePod(pod),
    ...((pod.spec?.ephemeralContainers ?? []).length > 0
      ? [forbiddenField('spec.ephemeralContainers', 'cannot be set on create')]
      : []),
    ...(pod.spec?.nodeName && (pod.spec.schedulingGates ?? []).length > 0
      ? [forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')]
      : []),
    ...validateProfilesMatch(pod.metadata.annotations, pod.spec, 'spec'),
  ],
  validatesUpdateAlone: true,
  validateUpdate: validatePodUpdate,
  statusKeeps: 'owners',
  validateStatus: validatePodStatus,
  writes: {
    status: {
      merge: (given, old) => ({
        ...old,
        // Old kubelets spoiled owners here (pod/strategy.go).
        metadata: withPartOf(metadataWritten(given, old), old.metadata, 'ownerReferences'),
        status: keepTold(given.status, old.status),
      }),
    },
    binding: {
      merge: (given, old) => ({
        ...old,
        metadata: withPartOf(
          withPartOf(old.metadata, given.metadata, 'labels'),
          given.metadata,
          'annotations',
        ),
        ...(given.status && { status: given.status }),
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
      validate(pod, old) {
        const now = pod.spec?.ephemeralContainers ?? [];
        const kept = (old.spec?.ephemeralContainers ?? []).flatMap((before) => {
          const one = now.find(({ name }) => name === before.name);
          return one && jsonEqual(one, before)
            ? []
            : [
                forbiddenField(
                  'spec.ephemeralContainers',
                  `existing ephemeral containers ${goQuote(before.name)} may not be ${one ? 'changed' : 'removed'}\n`,
                ),
              ];
        });
        return [...validatePod(pod), ...kept];
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
      // A word that may be asked for, and that nothing stands for.
      'status.podIPs': '',
      'status.nominatedNodeName': pod.status?.nominatedNodeName ?? '',
    };
  },
};
