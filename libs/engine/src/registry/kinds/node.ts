import type { FieldError } from '../../api/api-error.js';
import type { Node, NodeSpec } from '../../types/index.js';
import { cidrProblem } from '../cidr-problem.js';
import { duplicate, forbiddenField, invalidValue } from '../field-errors.js';
import { goQuote } from '../go-quote.js';
import { jsonEqual } from '../json-equal.js';
import { LONGEST_SUBDOMAIN } from '../names.js';
import { withToldStatus } from '../object-parts.js';
import type { Strategy } from '../resource.js';
import { positive } from '../validation/numbers.js';
import { validateAmount } from '../validation/resources.js';
import { validateTaints } from '../validation/taints.js';

const FEATURE = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;

/** v1 Node. Its status may come with its creation, as kubelets register. */
export const nodeStrategy: Strategy<Node> = {
  generation: false,
  keepsStatusOnCreate: true,
  selectableFields: ({ spec }) => ({ 'spec.unschedulable': String(spec?.unschedulable ?? false) }),
  validate: ({ spec, status }) => [
    // Kubernetes names these two so, though they are not there.
    ...validateTaints(spec?.taints ?? [], 'metadata.taints'),
    ...amountErrors(status),
    ...swapErrors(status),
    ...featureErrors(status),
    ...rangeErrors(spec),
  ],
  validateUpdate: (node, old) => [...repeatedAddresses(node), ...changeErrors(node, old)],
  writes: { status: { merge: (given, old) => withToldStatus(given, old, told(given.status, old.status)) } },
  validateStatus: (node, old) => [
    ...amountErrors(node.status),
    ...featureErrors(node.status),
    ...repeatedAddresses(node),
    ...changeErrors(node, old),
  ],
};

type Status = Node['status'];

/** All of a node is for pods unless it says how much; what it was told about configurations is kept only where some are used. */
function told(given: Status, old: Status): Status {
  const { config, ...status } = given ?? {};
  return {
    ...status,
    ...(status.capacity && { allocatable: status.allocatable ?? status.capacity }),
    ...(old?.config && config && { config }),
  };
}

function amountErrors(status: Status): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((list) =>
    Object.entries(status?.[list] ?? {}).flatMap(([name, amount]) =>
      validateAmount(name, amount, `status.${list}.${name}`),
    ),
  );
}

function swapErrors(status: Status): FieldError[] {
  const capacity = status?.nodeInfo?.swap?.capacity;
  return capacity === undefined ? [] : positive(capacity, 'metadata.nodeSwapStatus.capacity');
}

/** What a node says it can: names such as `Feature/part`, each once and in order. */
function featureErrors(status: Status): FieldError[] {
  const features = status?.declaredFeatures ?? [];
  return features.flatMap((name, index) => {
    const field = `status.declaredFeatures[${index}]`;
    const before = features[index - 1];
    const problem = featureProblem(name);
    return [
      ...(before === name ? [duplicate(field, name)] : []),
      ...(before !== undefined && before > name
        ? [invalidValue(field, name, 'list must be sorted alphabetically')]
        : []),
      ...(problem ? [invalidValue(field, name, problem)] : []),
    ];
  });
}

function featureProblem(name: string): string | undefined {
  const what = `invalid feature name ${goQuote(name)}`;
  if (name.length > LONGEST_SUBDOMAIN) return `${what}: must be no more than ${LONGEST_SUBDOMAIN} characters`;
  return FEATURE.test(name)
    ? undefined
    : `${what}: must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`;
}

/** The ranges of its pods; the older field has the first one. */
function rangesOf({ podCIDR, podCIDRs = [] }: NodeSpec = {}): readonly string[] {
  return podCIDR && podCIDRs[0] !== podCIDR ? [podCIDR] : podCIDRs;
}

function rangeErrors(spec: NodeSpec | undefined): FieldError[] {
  const ranges = rangesOf(spec);
  const field = 'spec.podCIDRs';
  const errors = ranges.flatMap((range, index) => {
    const problem = cidrProblem(range);
    return problem ? [invalidValue(`${field}[${index}]`, range, problem)] : [];
  });
  const families = new Set(ranges.map((range) => range.includes(':')));
  if (ranges.length > 1 && (ranges.length > 2 || families.size < 2))
    errors.push(invalidValue(field, ranges, 'may specify no more than one CIDR for each IP family'));
  return errors;
}

function repeatedAddresses({ status }: Node): FieldError[] {
  const seen = new Set<string>();
  return (status?.addresses ?? []).flatMap((address, index) => {
    const identity = `${address.type} ${address.address}`;
    const isRepeated = seen.has(identity);
    seen.add(identity);
    return isRepeated ? [duplicate(`status.addresses[${index}]`, address)] : [];
  });
}

/** What is said once about a node, and then stays. */
function changeErrors({ spec }: Node, old: Node): FieldError[] {
  const errors: FieldError[] = [];
  const before = rangesOf(old.spec);
  if (before.length > 0 && !jsonEqual(before, rangesOf(spec)))
    errors.push(
      forbiddenField('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'),
    );
  if (old.spec?.providerID && old.spec.providerID !== spec?.providerID)
    errors.push(
      forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid'),
    );
  if ((spec?.externalID ?? '') !== (old.spec?.externalID ?? ''))
    errors.push(forbiddenField('spec.externalID', 'may not be updated'));
  return errors;
}
