import type { FieldError } from '../../api/api-error.js';
import type { Pod, PodCondition, PodStatus } from '../../types/index.js';
import { forbiddenField, IMMUTABLE, invalidEach, invalidValue } from '../field-errors.js';
import { dnsSubdomainProblems } from '../names.js';
import { validateAddress, validateFamilies } from './addresses.js';
import { validateClaimStatuses } from './claim-statuses.js';
import { validateContainerStatuses, validateTransitions } from './container-statuses.js';
import { labelName } from './paths.js';

/** Conditions with names of their own; others are named as labels are. */
const SYSTEM_CONDITIONS = new Set(['PodScheduled', 'Ready', 'Initialized']);
const NOT_NEGATIVE = 'must be a non-negative integer';

/** What may be told about a pod (ValidatePodStatusUpdate). */
export function validatePodStatus(pod: Pod, old: Pod): FieldError[] {
  const { status = {} } = pod;
  return [
    ...conditionErrors(status.conditions ?? []),
    ...nominationErrors(status, old),
    ...((status.observedGeneration ?? 0) < 0
      ? [invalidValue('status.observedGeneration', status.observedGeneration, NOT_NEGATIVE)]
      : []),
    ...((status.qosClass ?? '') === (old.status?.qosClass ?? '')
      ? []
      : [invalidValue('status.qosClass', status.qosClass, IMMUTABLE)]),
    ...validateTransitions(pod, old),
    ...validateClaimStatuses(status, pod.spec),
    ...podAddressErrors(status, old.status),
    ...hostAddressErrors(status, old.status),
    ...validateContainerStatuses(pod),
  ];
}

/**
 * The status as it is kept: what the creation of the pod said of its quality stays, and which generation somebody has seen is not
 * forgotten by those who do not tell (preserveOldObservedGeneration).
 */
export function keepTold(status: PodStatus | undefined, old: PodStatus | undefined): PodStatus {
  const seen = status?.observedGeneration || old?.observedGeneration;
  const quality = status?.qosClass || old?.qosClass;
  const before = new Map<string, (number | undefined)[]>();
  for (const { type, observedGeneration } of old?.conditions ?? [])
    before.set(type, [...(before.get(type) ?? []), observedGeneration]);
  const conditions = status?.conditions?.map((condition): PodCondition => {
    const known = before.get(condition.type)?.shift();
    return condition.observedGeneration || !known ? condition : { ...condition, observedGeneration: known };
  });
  return {
    ...status,
    ...(seen && { observedGeneration: seen }),
    ...(quality && { qosClass: quality }),
    ...(conditions && { conditions }),
  };
}

function conditionErrors(conditions: readonly PodCondition[]): FieldError[] {
  return conditions.flatMap(({ type, observedGeneration = 0 }, index) => {
    const at = `status.conditions[${index}]`;
    return [
      ...(observedGeneration < 0
        ? [invalidValue(`${at}.observedGeneration`, observedGeneration, NOT_NEGATIVE)]
        : []),
      ...(SYSTEM_CONDITIONS.has(type) ? [] : labelName(type, `${at}.Type`)),
    ];
  });
}

function nominationErrors({ nominatedNodeName = '' }: PodStatus, old: Pod): FieldError[] {
  const field = 'status.nominatedNodeName';
  if (!nominatedNodeName || nominatedNodeName === old.status?.nominatedNodeName) return [];
  const errors = invalidEach(field, nominatedNodeName, dnsSubdomainProblems(nominatedNodeName));
  if (old.spec?.nodeName)
    errors.push(forbiddenField(field, 'may not be set on pods that are already bound to a node'));
  return errors;
}

interface Address {
  readonly ip?: string;
}

/** The addresses of a pod; the older field has the first one. */
function podAddressesOf({ podIP, podIPs = [] }: PodStatus = {}): readonly Address[] {
  return podIP && podIPs[0]?.ip !== podIP ? [{ ip: podIP }] : podIPs;
}

function podAddressErrors(status: PodStatus, old: PodStatus | undefined): FieldError[] {
  return addressErrors(podAddressesOf(status), podAddressesOf(old), 'status.podIPs');
}

function hostAddressErrors(status: PodStatus, old: PodStatus | undefined): FieldError[] {
  const { hostIP = '', hostIPs = [] } = status;
  const [first] = hostIPs as readonly Address[];
  if (!first) return [];
  return [
    ...(first.ip === hostIP
      ? []
      : [invalidValue('status.hostIPs[0].ip', first.ip ?? '', 'must be equal to `hostIP`')]),
    ...addressErrors(hostIPs, old?.hostIPs ?? [], 'status.hostIPs'),
  ];
}

/** What was taken before may stay; of each family there is one. */
function addressErrors(now: readonly Address[], before: readonly Address[], field: string): FieldError[] {
  const known = new Set(before.map(({ ip = '' }) => ip));
  return [
    ...now.flatMap(({ ip = '' }, index) => (known.has(ip) ? [] : validateAddress(ip, `${field}[${index}]`))),
    ...validateFamilies(now, field),
  ];
}
