import type { PodSpec, PodTemplateSpec, Toleration, Volume } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { duplicate, forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems, qualifiedNameProblems } from '../names.js';
import { validateContainer } from './containers.js';
import { validateAnnotations, validateLabels } from './metadata.js';
import { nonNegative } from './numbers.js';
import { validateSysctls } from './sysctls.js';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];

/** What a pod's spec is checked for, wherever it stands. */
export function validatePodSpec(spec: PodSpec | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const volumes = validateVolumes(spec?.volumes ?? [], `${field}.volumes`, errors);
  if ((spec?.containers ?? []).length === 0) errors.push(required(`${field}.containers`));
  const names = new Set<string>();
  for (const part of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [index, container] of (spec?.[part] ?? []).entries()) {
      const at = `${field}.${part}[${index}]`;
      errors.push(...validateContainer(container as Parameters<typeof validateContainer>[0], at, volumes));
      if (container.name && names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
      names.add(container.name);
    }
  }
  if (!spec) return errors;
  const { restartPolicy, dnsPolicy, hostname, subdomain, serviceAccountName, priorityClassName, nodeName } =
    spec;
  if (!restartPolicy) errors.push(required(`${field}.restartPolicy`));
  else if (!RESTART_POLICIES.includes(restartPolicy))
    errors.push(notSupported(`${field}.restartPolicy`, restartPolicy, RESTART_POLICIES));
  if (!dnsPolicy) errors.push(required(`${field}.dnsPolicy`));
  else if (!DNS_POLICIES.includes(dnsPolicy))
    errors.push(notSupported(`${field}.dnsPolicy`, dnsPolicy, DNS_POLICIES));
  errors.push(...validateSysctls(spec, `${field}.securityContext.sysctls`));
  errors.push(...validateLabels(spec.nodeSelector, `${field}.nodeSelector`));
  for (const [key, value] of [
    ['hostname', hostname],
    ['subdomain', subdomain],
  ] as const)
    if (value)
      for (const problem of dnsLabelProblems(value))
        errors.push(invalidValue(`${field}.${key}`, value, problem));
  for (const [key, value] of [
    ['serviceAccountName', serviceAccountName],
    ['nodeName', nodeName],
    ['priorityClassName', priorityClassName],
  ] as const)
    if (value)
      for (const problem of dnsSubdomainProblems(value))
        errors.push(invalidValue(`${field}.${key}`, value, problem));
  if (spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds < 1)
    errors.push(
      invalidValue(
        `${field}.activeDeadlineSeconds`,
        spec.activeDeadlineSeconds,
        'must be between 1 and 2147483647, inclusive',
      ),
    );
  errors.push(...nonNegative(spec.terminationGracePeriodSeconds, `${field}.terminationGracePeriodSeconds`));
  for (const [index, toleration] of (spec.tolerations ?? []).entries())
    errors.push(...validateToleration(toleration, `${field}.tolerations[${index}]`));
  return errors;
}

/** The template of a workload whose pods must restart always (or as `restartPolicies` says). */
export function validatePodTemplate(
  template: PodTemplateSpec | undefined,
  field: string,
  restartPolicies: readonly string[] = ['Always'],
): FieldError[] {
  const errors = [
    ...validateLabels(template?.metadata?.labels, `${field}.labels`),
    ...validateAnnotations(template?.metadata?.annotations, `${field}.annotations`),
    ...validatePodSpec(template?.spec, `${field}.spec`),
  ];
  const policy = template?.spec?.restartPolicy;
  if (policy && RESTART_POLICIES.includes(policy) && !restartPolicies.includes(policy))
    errors.push(notSupported(`${field}.spec.restartPolicy`, policy, restartPolicies));
  return errors;
}

/** Workloads that run for ever may not give their pods a deadline. */
export function forbidDeadline(template: PodTemplateSpec | undefined, kind: string): FieldError[] {
  return template?.spec?.activeDeadlineSeconds === undefined
    ? []
    : [
        forbiddenField(
          'spec.template.spec.activeDeadlineSeconds',
          `activeDeadlineSeconds in ${kind} is not Supported`,
        ),
      ];
}

function validateVolumes(volumes: readonly Volume[], field: string, errors: FieldError[]): Set<string> {
  const names = new Set<string>();
  for (const [index, volume] of volumes.entries()) {
    const at = `${field}[${index}]`;
    if (!volume.name) errors.push(required(`${at}.name`));
    else
      for (const problem of dnsLabelProblems(volume.name))
        errors.push(invalidValue(`${at}.name`, volume.name, problem));
    if (names.has(volume.name)) errors.push(duplicate(`${at}.name`, volume.name));
    else names.add(volume.name);
    const sources = Object.entries(volume).filter(
      ([key, value]) => key !== 'name' && value !== undefined && value !== null,
    );
    if (sources.length === 0) errors.push(required(at, 'must specify a volume type'));
    for (const [extra] of sources.slice(1))
      errors.push(forbiddenField(`${at}.${extra}`, 'may not specify more than 1 volume type'));
    if (volume.secret && !volume.secret.secretName) errors.push(required(`${at}.secret.secretName`));
    if (volume.configMap && !volume.configMap.name) errors.push(required(`${at}.configMap.name`));
    if (volume.hostPath && !volume.hostPath.path) errors.push(required(`${at}.hostPath.path`));
    if (volume.persistentVolumeClaim && !volume.persistentVolumeClaim.claimName)
      errors.push(required(`${at}.persistentVolumeClaim.claimName`));
  }
  return names;
}

function validateToleration(toleration: Toleration, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { key = '', operator = 'Equal', value = '', effect, tolerationSeconds } = toleration;
  if (key)
    for (const problem of qualifiedNameProblems(key)) errors.push(invalidValue(`${field}.key`, key, problem));
  if (!key && operator !== 'Exists')
    errors.push(
      invalidValue(
        `${field}.operator`,
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    );
  if (tolerationSeconds !== undefined && effect !== 'NoExecute')
    errors.push(
      invalidValue(
        `${field}.effect`,
        effect ?? '',
        "effect must be 'NoExecute' when `tolerationSeconds` is set",
      ),
    );
  if (operator === 'Exists' && value)
    errors.push(
      invalidValue(`${field}.operator`, toleration, "value must be empty when `operator` is 'Exists'"),
    );
  if (!['Equal', 'Exists', 'Lt', 'Gt'].includes(operator))
    errors.push(notSupported(`${field}.operator`, operator, ['Equal', 'Exists']));
  if (effect && !['NoSchedule', 'PreferNoSchedule', 'NoExecute'].includes(effect))
    errors.push(notSupported(`${field}.effect`, effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']));
  return errors;
}
