import type { FieldError } from '../../api/api-error.js';
import type {
  HorizontalPodAutoscalerSpec,
  HPAScalingPolicy,
  HPAScalingRules,
  MetricSpec,
} from '../../types/index.js';
import { forbiddenField, invalidEach, invalidValue, notSupported, required } from '../field-errors.js';
import { dnsLabelProblems, pathSegmentProblems } from '../names.js';
import { parseQuantity } from '../quantity.js';
import type { Sent } from '../validation/sent.js';

type Reference = Sent<{ apiVersion: string; kind: string; name: string }>;
type Target = Sent<NonNullable<MetricSpec['resource']>['target']>;

const METRIC_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
/** The sources of a metric in the order they are looked at: of several only the first is. */
const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];
const LONGEST_WINDOW_SECONDS = 3600;
const LONGEST_PERIOD_SECONDS = 1800;

/** What an autoscaler is checked for (validateHorizontalPodAutoscalerSpec); `old` says what was there before. */
export function validateAutoscalerSpec(
  spec: Sent<HorizontalPodAutoscalerSpec>,
  old?: HorizontalPodAutoscalerSpec,
): FieldError[] {
  const { minReplicas, maxReplicas = 0, scaleTargetRef = {}, metrics = [], behavior } = spec;
  const errors: FieldError[] = [];
  const least = old?.minReplicas === 0 ? 0 : 1;
  if (minReplicas !== undefined && minReplicas < least)
    errors.push(invalidValue('spec.minReplicas', minReplicas, `must be greater than or equal to ${least}`));
  const most = 'spec.maxReplicas';
  if (maxReplicas === 0) errors.push(required(most, 'must be set and greater than 0'));
  else if (maxReplicas < 0)
    errors.push(invalidValue(most, maxReplicas, 'must be greater than or equal to 1'));
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(invalidValue(most, maxReplicas, 'must be greater than or equal to `minReplicas`'));
  const target = scaleTargetRef as Reference;
  const isKept =
    old?.scaleTargetRef?.apiVersion === target.apiVersion && old?.scaleTargetRef?.kind === target.kind;
  const mayBeCore = target.kind === 'ReplicationController';
  errors.push(
    ...validateReference(
      target,
      'spec.scaleTargetRef',
      old !== undefined && isKept ? 'any' : mayBeCore ? 'core' : 'group',
    ),
    ...metrics.flatMap((metric, index) => validateMetric(metric, `spec.metrics[${index}]`)),
  );
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External'))
    errors.push(
      forbiddenField(
        'spec.metrics',
        'must specify at least one Object or External metric to support scaling to zero replicas',
      ),
    );
  for (const key of ['scaleUp', 'scaleDown'] as const)
    if (behavior?.[key]) errors.push(...validateRules(behavior[key], `spec.behavior.${key}`));
  return errors;
}

function validateReference(
  { apiVersion = '', kind, name }: Reference,
  field: string,
  group: 'any' | 'core' | 'group',
): FieldError[] {
  const segment = (value: string | undefined, at: string) =>
    value ? invalidEach(at, value, pathSegmentProblems(value)) : [required(at)];
  const errors = [...segment(kind, `${field}.kind`), ...segment(name, `${field}.name`)];
  if (group === 'any') return errors;
  if (apiVersion.split('/').length > 2)
    errors.push(
      invalidValue(`${field}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`),
    );
  else if (group === 'group' && !apiVersion.includes('/'))
    errors.push(invalidValue(`${field}.apiVersion`, apiVersion, 'apiVersion must specify API group'));
  return errors;
}

function validateRules(rules: HPAScalingRules, field: string): FieldError[] {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  const at = `${field}.stabilizationWindowSeconds`;
  if (window !== undefined && window < 0)
    errors.push(invalidValue(at, window, 'must be greater than or equal to zero'));
  if (window !== undefined && window > LONGEST_WINDOW_SECONDS)
    errors.push(invalidValue(at, window, `must be less than or equal to ${LONGEST_WINDOW_SECONDS}`));
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy))
    errors.push(notSupported(`${field}.selectPolicy`, selectPolicy, SELECT_POLICIES));
  if (policies.length === 0) errors.push(required(`${field}.policies`, 'must specify at least one Policy'));
  for (const [index, policy] of policies.entries())
    errors.push(...validatePolicy(policy, `${field}.policies[${index}]`));
  if (tolerance !== undefined && (parseQuantity(tolerance)?.nano ?? 0n) < 0n)
    errors.push(invalidValue(`${field}.tolerance`, tolerance, 'must be greater than or equal to 0'));
  return errors;
}

function validatePolicy(
  { type = '', value = 0, periodSeconds = 0 }: Sent<HPAScalingPolicy>,
  field: string,
): FieldError[] {
  return [
    ...(POLICY_TYPES.includes(type) ? [] : [notSupported(`${field}.type`, type, POLICY_TYPES)]),
    ...(value > 0 ? [] : [invalidValue(`${field}.value`, value, 'must be greater than zero')]),
    ...(periodSeconds > 0
      ? []
      : [invalidValue(`${field}.periodSeconds`, periodSeconds, 'must be greater than zero')]),
    ...(periodSeconds <= LONGEST_PERIOD_SECONDS
      ? []
      : [
          invalidValue(
            `${field}.periodSeconds`,
            periodSeconds,
            `must be less than or equal to ${LONGEST_PERIOD_SECONDS}`,
          ),
        ]),
  ];
}

function validateMetric(metric: Sent<MetricSpec>, field: string): FieldError[] {
  const { type = '' } = metric;
  const unknown = notSupported(`${field}.type`, type, METRIC_TYPES);
  const errors: FieldError[] = type ? [] : [required(`${field}.type`, 'must specify a metric source type')];
  if (!METRIC_TYPES.includes(type)) errors.push(unknown);
  const present = SOURCES.filter((source) => metric[source]);
  const [first] = present;
  if (first) errors.push(...validateSource(metric, first, `${field}.${first}`));
  const expected = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  const own = SOURCES.find((source) => source === expected);
  if (!own) errors.push(unknown);
  else if (!metric[own])
    errors.push(required(`${field}.${own}`, 'must populate information for the given metric source'));
  if (present.length !== 1)
    for (const other of present.filter((source) => source !== own))
      errors.push(forbiddenField(`${field}.${other}`, 'must populate the given metric source only'));
  return errors;
}

function validateSource(
  metric: Sent<MetricSpec>,
  source: (typeof SOURCES)[number],
  field: string,
): FieldError[] {
  const { object, resource, containerResource } = metric;
  const target = ((metric[source] as { target?: Target }).target ?? {}) as Target;
  const at = `${field}.target`;
  const sound = validateTarget(target, at);
  const neither = target.value === undefined && target.averageValue === undefined;
  const average = (text: string) => required(`${at}.averageValue`, text);
  if (source === 'object')
    return [
      ...validateReference((object?.describedObject ?? {}) as Reference, `${field}.describedObject`, 'core'),
      ...validateIdentifier(object?.metric, `${field}.metric`),
      ...sound,
      ...(neither ? [average('must set either a target value or averageValue')] : []),
    ];
  if (source === 'external')
    return [
      ...validateIdentifier(metric.external?.metric, `${field}.metric`),
      ...sound,
      ...(neither ? [average('must set either a target value for metric or a per-pod target')] : []),
      ...(target.value !== undefined && target.averageValue !== undefined
        ? [forbiddenField(`${at}.value`, 'may not set both a target value for metric and a per-pod target')]
        : []),
    ];
  if (source === 'pods')
    return [
      ...validateIdentifier(metric.pods?.metric, `${field}.metric`),
      ...sound,
      ...(target.averageValue === undefined ? [average('must specify a positive target averageValue')] : []),
    ];
  const { name } = (source === 'resource' ? resource : containerResource) as Sent<{ name: string }>;
  const container = containerResource?.container;
  return [
    ...(name ? [] : [required(`${field}.name`, 'must specify a resource name')]),
    ...(source === 'resource'
      ? []
      : container
        ? invalidEach(`${field}.container`, container, dnsLabelProblems(container))
        : [required(`${field}.container`, 'must specify a container')]),
    ...sound,
    ...validateShare(target, at),
  ];
}

function validateShare({ averageUtilization, averageValue }: Target, field: string): FieldError[] {
  if (averageUtilization === undefined && averageValue === undefined)
    return [
      required(`${field}.averageUtilization`, 'must set either a target raw value or a target utilization'),
    ];
  return averageUtilization !== undefined && averageValue !== undefined
    ? [
        forbiddenField(
          `${field}.averageValue`,
          'may not set both a target raw value and a target utilization',
        ),
      ]
    : [];
}

function validateTarget(target: Target, field: string): FieldError[] {
  const { type = '', averageUtilization } = target;
  const errors: FieldError[] = type ? [] : [required(`${field}.type`, 'must specify a metric target type')];
  if (!['Utilization', 'Value', 'AverageValue'].includes(type))
    errors.push(invalidValue(`${field}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  for (const key of ['value', 'averageValue'] as const) {
    const amount = target[key];
    if (amount !== undefined && (parseQuantity(amount)?.nano ?? 0n) <= 0n)
      errors.push(invalidValue(`${field}.${key}`, amount, 'must be positive'));
  }
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(invalidValue(`${field}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  return errors;
}

function validateIdentifier(identifier: Sent<{ name: string }> | undefined, field: string): FieldError[] {
  const name = identifier?.name;
  return name
    ? invalidEach(`${field}.name`, name, pathSegmentProblems(name))
    : [required(`${field}.name`, 'must specify a metric name')];
}
