import type {
  Container,
  ContainerPort,
  ContainerResizePolicy,
  EphemeralContainer,
  PodSpec,
  Volume,
} from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import {
  duplicate,
  fieldNotFound,
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  required,
} from '../field-errors.js';
import { dnsLabelProblems, portNameProblems, portNumberProblems } from '../names.js';
import { validateEnvironment, validateEnvironmentFrom } from './environment.js';
import { validateLifecycle, validateProbes } from './handlers.js';
import { validateDevices, validateMounts } from './mounts.js';
import { oneOf } from './paths.js';
import { validateResources } from './resources.js';
import { validateRestartRules } from './restart-rules.js';
import { validateSecurityContext } from './security-context.js';
import type { Sent } from './sent.js';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const RESIZED = ['cpu', 'memory'];
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];
const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always';
const OF_EPHEMERAL = new Set(
  'name image command args workingDir env envFrom volumeMounts volumeDevices resources imagePullPolicy terminationMessagePath terminationMessagePolicy securityContext stdin stdinOnce tty resizePolicy targetContainerName'.split(
    ' ',
  ),
);

/** What of the pod its containers are checked against. */
export interface PodParts {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: ReadonlySet<string>;
  /** Templates may have images with spaces around them: something may fill them in. */
  readonly isPod: boolean;
}

/** All containers of a pod: regular ones, those that run before them, and those that were added to look around. */
export function validateContainers(pod: PodParts, field: string): FieldError[] {
  const { spec } = pod;
  if ((spec.containers ?? []).length === 0)
    return [required(`${field}.containers`), ...validateInit(pod, field), ...validateEphemeral(pod, field)];
  const names = new Set<string>();
  const regular = spec.containers.flatMap((container, index) => {
    const at = `${field}.containers[${index}]`;
    const errors = validateCommon(container, at, pod);
    if (names.has(container.name ?? '')) errors.push(duplicate(`${at}.name`, container.name ?? ''));
    names.add(container.name ?? '');
    return [...errors, ...validateLife(container, at, spec), ...validateRestartRules(container, at)];
  });
  return [
    ...regular,
    ...hostPortConflicts(spec.containers, `${field}.containers`),
    ...validateInit(pod, field),
    ...validateEphemeral(pod, field),
  ];
}

/** What only pods are checked for: a template's image may still be changed by something (validateContainersOnlyForPod). */
export function validateImages(
  { containers = [], initContainers = [] }: Sent<PodSpec>,
  field: string,
): FieldError[] {
  const untrimmed = (list: readonly Container[], name: string) =>
    list.flatMap(({ image = '' }, index) => imageSpaces(image, `${field}.${name}[${index}].image`));
  return [...untrimmed(containers, 'containers'), ...untrimmed(initContainers, 'initContainers')];
}

function imageSpaces(image: string, field: string): FieldError[] {
  return image.trim() === image
    ? []
    : [invalidValue(field, image, 'must not have leading or trailing whitespace')];
}

function validateInit(pod: PodParts, field: string): FieldError[] {
  const { spec } = pod;
  const names = new Set((spec.containers ?? []).map(({ name }) => name ?? ''));
  return (spec.initContainers ?? []).flatMap((container, index) => {
    const at = `${field}.initContainers[${index}]`;
    const { name = '', restartPolicy } = container as Partial<Container>;
    const errors = [...validateCommon(container, at, pod), ...validateRestartRules(container, at)];
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    errors.push(
      ...hostPortConflicts([container], `${field}.initContainers`),
      ...(restartPolicy === 'Always'
        ? validateLife(container, at, spec)
        : (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((key) =>
            container[key] ? [forbiddenField(`${at}.${key}`, ONLY_SIDECARS)] : [],
          )),
    );
    if (restartPolicy === 'Always') return errors;
    for (const [place, policy] of (container.resizePolicy ?? []).entries())
      if (policy.restartPolicy === 'RestartContainer')
        errors.push(
          invalidValue(
            `${at}.resizePolicy[${place}].restartPolicy`,
            policy.restartPolicy,
            "must not be set to 'RestartContainer' for non-sidecar initContainers",
          ),
        );
    return errors;
  });
}

function validateEphemeral(pod: PodParts, field: string): FieldError[] {
  const { spec } = pod;
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name ?? '');
  const names = new Set(others);
  return (spec.ephemeralContainers ?? []).flatMap((container, index) => {
    const at = `${field}.ephemeralContainers[${index}]`;
    const {
      name = '',
      image = '',
      targetContainerName,
      volumeMounts = [],
    } = container as Sent<EphemeralContainer>;
    const errors = [...validateCommon(container as Container, at, pod), ...imageSpaces(image, `${at}.image`)];
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (targetContainerName && !others.includes(targetContainerName))
      errors.push(fieldNotFound(`${at}.targetContainerName`, targetContainerName));
    const wrong = 'cannot be set for an Ephemeral Container';
    for (const [key, value] of Object.entries(container)) {
      const isSaid =
        value !== undefined && (typeof value !== 'object' || Object.keys(value as object).length > 0);
      if (isSaid && !OF_EPHEMERAL.has(key)) errors.push(forbiddenField(`${at}.${key}`, wrong));
    }
    if (Object.keys(container.resources ?? {}).length > 0)
      errors.push(forbiddenField(`${at}.resources`, wrong));
    for (const [place, mount] of volumeMounts.entries())
      for (const key of ['subPath', 'subPathExpr'] as const)
        if (mount[key]) errors.push(forbiddenField(`${at}.volumeMounts[${place}].${key}`, wrong));
    return errors;
  });
}

function validateLife(container: Container, field: string, spec: PodSpec): FieldError[] {
  const grace = spec.terminationGracePeriodSeconds;
  return [
    ...validateLifecycle(container, `${field}.lifecycle`, grace, spec.os),
    ...validateProbes(container, field, grace),
  ];
}

function validateCommon(container: Container, field: string, pod: PodParts): FieldError[] {
  const { name, image, imagePullPolicy, terminationMessagePolicy } = container;
  const { spec, volumes, claims } = pod;
  return [
    ...(name ? invalidEach(`${field}.name`, name, dnsLabelProblems(name)) : [required(`${field}.name`)]),
    ...(image ? [] : [required(`${field}.image`)]),
    ...oneOf(terminationMessagePolicy, `${field}.terminationMessagePolicy`, MESSAGE_POLICIES),
    ...validatePorts(container.ports ?? [], `${field}.ports`),
    ...validateEnvironment(container, `${field}.env`),
    ...validateEnvironmentFrom(container, `${field}.envFrom`),
    ...validateMounts(container, `${field}.volumeMounts`, volumes),
    ...validateDevices(container, `${field}.volumeDevices`, volumes),
    ...oneOf(imagePullPolicy, `${field}.imagePullPolicy`, PULL_POLICIES),
    ...validateResources(container.resources, `${field}.resources`, claims),
    ...validateResizePolicy(container.resizePolicy ?? [], `${field}.resizePolicy`, spec.restartPolicy),
    ...validateSecurityContext(
      container.securityContext,
      `${field}.securityContext`,
      spec.hostUsers !== false,
    ),
  ];
}

function validatePorts(ports: readonly Partial<ContainerPort>[], field: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name, containerPort, hostPort, protocol }, index) => {
    const at = `${field}[${index}]`;
    const errors: FieldError[] = name ? invalidEach(`${at}.name`, name, portNameProblems(name)) : [];
    if (name && errors.length === 0) {
      if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
      names.add(name);
    }
    if (!containerPort) errors.push(required(`${at}.containerPort`));
    else errors.push(...invalidEach(`${at}.containerPort`, containerPort, portNumberProblems(containerPort)));
    if (hostPort) errors.push(...invalidEach(`${at}.hostPort`, hostPort, portNumberProblems(hostPort)));
    return [...errors, ...oneOf(protocol, `${at}.protocol`, PROTOCOLS)];
  });
}

function hostPortConflicts(containers: readonly Container[], field: string): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ hostPort, hostIP = '', protocol = '' }, place) => {
      if (!hostPort) return [];
      const port = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(port)) return [duplicate(`${field}[${index}].ports[${place}].hostPort`, port)];
      taken.add(port);
      return [];
    }),
  );
}

function validateResizePolicy(
  policies: readonly ContainerResizePolicy[],
  field: string,
  podPolicy: string | undefined,
): FieldError[] {
  const seen = new Set<string>();
  return policies.flatMap(({ resourceName = '', restartPolicy = '' }: Sent<ContainerResizePolicy>, index) => {
    const errors: FieldError[] = seen.has(resourceName)
      ? [duplicate(`${field}[${index}]`, resourceName)]
      : [];
    seen.add(resourceName);
    if (!resourceName) errors.push(required(field));
    else if (!RESIZED.includes(resourceName)) errors.push(notSupported(field, resourceName, RESIZED));
    errors.push(...oneOf(restartPolicy, field, RESIZE_POLICIES));
    if (podPolicy === 'Never' && restartPolicy !== 'NotRequired')
      errors.push(
        invalidValue(field, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"),
      );
    return errors;
  });
}
