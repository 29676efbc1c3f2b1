import type { ContainerPort, Pod, PodSpec, PodTemplateSpec } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import {
  duplicate,
  fieldNotFound,
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems, qualifiedNameProblems } from '../names.js';
import { validateAffinity } from './affinity.js';
import { validateContainers, validateImages } from './containers.js';
import { validateAnnotations, validateLabels } from './metadata.js';
import { inRange } from './numbers.js';
import { noneOrOneOf, oneOf } from './paths.js';
import { validatePodAnnotations, validateProfilesMatch } from './pod-annotations.js';
import { validateDnsConfig, validateHostAliases } from './pod-dns.js';
import { validateForWindows } from './pod-system.js';
import { validatePodResources, validateResources } from './resources.js';
import { validateHostUsers, validatePodSecurityContext } from './security-context.js';
import type { Sent } from './sent.js';
import { validateTolerations } from './tolerations.js';
import { validateTopologySpread } from './topology-spread.js';
import { validateVolumes } from './volumes.js';
import { validateHostProcesses } from './windows-options.js';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const LONGEST_HOSTNAME = 64;
const LARGEST_INTEGER = 2 ** 31 - 1;

/** What a pod's spec is checked for, wherever it stands (ValidatePodSpec); `pod` where it is a pod's own and no template's. */
export function validatePodSpec(given: PodSpec | undefined, field: string, pod?: Pod): FieldError[] {
  // Everything else of a spec that is not there would have been filled in.
  if (!given) return [required(`${field}.containers`)];
  const spec = given;
  const isPod = pod !== undefined;
  const volumes = validateVolumes(spec.volumes ?? [], `${field}.volumes`, {
    name: pod?.metadata.name,
    isPod,
  });
  const claims = new Set((spec.resourceClaims ?? []).flatMap(({ name }) => (name ? [name] : [])));
  const parts = { spec, volumes: volumes.sound, claims, isPod };
  return [
    ...(spec.terminationGracePeriodSeconds === undefined
      ? [required(`${field}.terminationGracePeriodSeconds`)]
      : []),
    ...volumes.errors,
    ...validateClaims(spec, `${field}.resourceClaims`),
    ...validateContainers(parts, field),
    ...validatePodResources(spec.resources, `${field}.resources`),
    ...validateHostPorts(spec, field, isPod),
    ...oneOf(spec.restartPolicy, `${field}.restartPolicy`, RESTART_POLICIES),
    ...oneOf(spec.dnsPolicy, `${field}.dnsPolicy`, DNS_POLICIES),
    ...validateLabels(spec.nodeSelector, `${field}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${field}.securityContext`),
    ...validateAffinity(spec.affinity, `${field}.affinity`),
    ...validateDnsConfig(spec, `${field}.dnsConfig`),
    ...validateGates(spec, field),
    ...validateTopologySpread(spec.topologySpreadConstraints ?? [], `${field}.topologySpreadConstraints`),
    ...validateHostProcesses(spec, field),
    ...validateHostUsers(spec, field),
    ...validateNames(spec, field),
    ...validateOs(spec, field),
    ...validateFileVolumes(spec, field),
  ];
}

/** A pod as a whole: its annotations count, too (validatePodMetadataAndSpec). */
export function validatePod(pod: Pod): FieldError[] {
  const { spec, metadata } = pod;
  const errors = [
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
    ...validatePodSpec(spec, 'spec', pod),
  ];
  if (!spec?.serviceAccountName)
    for (const [index, { projected }] of (spec?.volumes ?? []).entries())
      for (const [place, { serviceAccountToken }] of (projected?.sources ?? []).entries())
        if (serviceAccountToken)
          errors.push(
            forbiddenField(
              `spec.volumes[${index}].projected.sources[${place}].serviceAccountToken`,
              'must not be specified when serviceAccountName is not set',
            ),
          );
  return [...errors, ...validateImages(spec ?? { containers: [] }, 'spec')];
}

/** The template of pods to come. */
export function validateTemplate(template: PodTemplateSpec | undefined, field: string): FieldError[] {
  const { labels, annotations } = template?.metadata ?? {};
  const spec = template?.spec;
  return [
    ...validateLabels(labels, `${field}.labels`),
    ...validateAnnotations(annotations, `${field}.annotations`),
    ...validatePodAnnotations(annotations, spec, `${field}.annotations`),
    ...validatePodSpec(spec, `${field}.spec`),
    ...validateProfilesMatch(annotations, spec, `${field}.spec`),
    ...((spec?.ephemeralContainers ?? []).length > 0
      ? [
          forbiddenField(
            `${field}.spec.ephemeralContainers`,
            'ephemeral containers not allowed in pod template',
          ),
        ]
      : []),
  ];
}

/** The template of a workload whose pods must restart always (or as `restartPolicies` says). */
export function validatePodTemplate(
  template: PodTemplateSpec | undefined,
  field: string,
  restartPolicies: readonly string[] = ['Always'],
): FieldError[] {
  const errors = validateTemplate(template, field);
  const policy = template?.spec?.restartPolicy ?? 'Always';
  if (!restartPolicies.includes(policy))
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

function validateClaims({ resourceClaims = [] }: PodSpec, field: string): FieldError[] {
  const names = new Set<string>();
  return resourceClaims.flatMap((claim, index) => {
    const at = `${field}[${index}]`;
    const { name, resourceClaimName, resourceClaimTemplateName } = claim;
    const errors: FieldError[] = [];
    if (!name) errors.push(required(`${at}.name`));
    else if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    else errors.push(...invalidEach(`${at}.name`, name, dnsLabelProblems(name)));
    names.add(name);
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined)
      errors.push(
        invalidValue(
          at,
          claim,
          'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
        ),
      );
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined)
      errors.push(
        invalidValue(at, claim, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'),
      );
    for (const key of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
      const value = claim[key];
      if (value !== undefined)
        errors.push(...invalidEach(`${at}.${key}`, value, dnsSubdomainProblems(value)));
    }
    return errors;
  });
}

function validateHostPorts(
  { hostNetwork, containers = [] }: Sent<PodSpec>,
  field: string,
  isPod: boolean,
): FieldError[] {
  if (!hostNetwork) return [];
  return containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ hostPort = 0, containerPort = 0 }: Sent<ContainerPort>, place) =>
      (isPod || hostPort !== 0) && hostPort !== containerPort
        ? [
            invalidValue(
              `${field}.containers[${index}].ports[${place}].hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [],
    ),
  );
}

function validateGates({ readinessGates = [], schedulingGates = [] }: PodSpec, field: string): FieldError[] {
  const names = new Set<string>();
  return [
    ...readinessGates.flatMap(({ conditionType = '' }: Sent<{ conditionType: string }>, index) =>
      invalidEach(
        `${field}.readinessGates[${index}].conditionType`,
        conditionType,
        qualifiedNameProblems(conditionType),
      ),
    ),
    ...schedulingGates.flatMap(({ name = '' }: Sent<{ name: string }>, index) => {
      const at = `${field}.schedulingGates[${index}]`;
      const errors: FieldError[] = invalidEach(at, name, qualifiedNameProblems(name));
      if (names.has(name)) errors.push(duplicate(at, name));
      names.add(name);
      return errors;
    }),
  ];
}

function validateNames(spec: PodSpec, field: string): FieldError[] {
  const { hostnameOverride: override, activeDeadlineSeconds, preemptionPolicy } = spec;
  const errors: FieldError[] = [];
  if (override !== undefined) {
    const at = `${field}.hostnameOverride`;
    if (spec.setHostnameAsFQDN)
      errors.push(forbiddenField(at, 'may not be specified when setHostnameAsFQDN is true'));
    if (spec.hostNetwork) errors.push(forbiddenField(at, 'may not be specified when hostNetwork is true'));
    if (override.length > LONGEST_HOSTNAME) errors.push(tooLong(at, LONGEST_HOSTNAME));
    errors.push(...invalidEach(at, override, dnsSubdomainProblems(override)));
  }
  const named = (key: 'serviceAccountName' | 'nodeName' | 'priorityClassName', value = spec[key]) =>
    value ? invalidEach(`${field}.${key}`, value, dnsSubdomainProblems(value)) : [];
  const label = (key: 'hostname' | 'subdomain', value = spec[key]) =>
    value ? invalidEach(`${field}.${key}`, value, dnsLabelProblems(value)) : [];
  const runtime = spec.runtimeClassName;
  return [
    ...errors,
    ...named('serviceAccountName'),
    ...named('nodeName'),
    ...(activeDeadlineSeconds === undefined
      ? []
      : inRange(activeDeadlineSeconds, `${field}.activeDeadlineSeconds`, 1, LARGEST_INTEGER)),
    ...label('hostname'),
    ...label('subdomain'),
    ...validateTolerations(spec.tolerations ?? [], `${field}.tolerations`),
    ...validateHostAliases(spec, `${field}.hostAliases`),
    ...named('priorityClassName'),
    ...(runtime === undefined
      ? []
      : invalidEach(`${field}.runtimeClassName`, runtime, dnsSubdomainProblems(runtime))),
    ...(preemptionPolicy === ''
      ? [required(`${field}.preemptionPolicy`)]
      : noneOrOneOf(preemptionPolicy, `${field}.preemptionPolicy`, PREEMPTION_POLICIES)),
    ...(spec.overhead ? validateResources({ limits: spec.overhead }, `${field}.overhead`) : []),
  ];
}

function validateOs(spec: PodSpec, field: string): FieldError[] {
  const { os } = spec;
  if (!os) return [];
  if (!os.name) return [required(`${field}.os.name`)];
  if (os.name === 'windows') return validateForWindows(spec, field);
  if (os.name !== 'linux') return [notSupported(`${field}.os`, os.name, ['linux', 'windows'])];
  const text = 'windows options cannot be set for a linux pod';
  return [
    ...(spec.securityContext?.windowsOptions
      ? [forbiddenField(`${field}.securityContext.windowsOptions`, text)]
      : []),
    ...(['initContainers', 'containers'] as const).flatMap((list) =>
      (spec[list] ?? []).flatMap(({ securityContext }, index) =>
        securityContext?.windowsOptions
          ? [forbiddenField(`${field}.${list}[${index}].securityContext.windowsOptions`, text)]
          : [],
      ),
    ),
  ];
}

function validateFileVolumes(spec: PodSpec, field: string): FieldError[] {
  return (['initContainers', 'containers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap(({ env = [] }, index) =>
      env.flatMap(({ valueFrom }, place) => {
        const name = valueFrom?.fileKeyRef?.volumeName;
        if (name === undefined) return [];
        const at = `${field}.${list}[${index}].env[${place}].valueFrom.fileKeyRef.volumeName`;
        const volume = spec.volumes?.find((one) => one.name === name);
        if (!volume) return [fieldNotFound(at, name)];
        return volume.emptyDir ? [] : [invalidValue(at, name, 'referenced volume must be of type emptyDir')];
      }),
    ),
  );
}
