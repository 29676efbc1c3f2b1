import type { Container, ContainerPort, EnvVar, Probe, ResourceRequirements } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import {
  duplicate,
  fieldNotFound,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../field-errors.js';
import {
  dnsLabelProblems,
  envNameProblems,
  portNameProblems,
  portNumberProblems,
  qualifiedNameProblems,
} from '../names.js';
import { compareQuantities, parseQuantity } from '../quantity.js';
import { nonNegative } from './numbers.js';
import { validateRestartRules } from './restart-rules.js';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['FallbackToLogsOnError', 'File'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const STANDARD_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);
const PROBE_HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;

/** What a container is checked for; `volumes` are the names its mounts may use. */
export function validateContainer(
  container: Container,
  field: string,
  volumes: ReadonlySet<string>,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.name) errors.push(required(`${field}.name`));
  else
    for (const problem of dnsLabelProblems(container.name))
      errors.push(invalidValue(`${field}.name`, container.name, problem));
  if (!container.image) errors.push(required(`${field}.image`));
  else if (container.image.trim() !== container.image)
    errors.push(
      invalidValue(`${field}.image`, container.image, 'must not have leading or trailing whitespace'),
    );
  const { imagePullPolicy, terminationMessagePolicy } = container;
  if (imagePullPolicy && !PULL_POLICIES.includes(imagePullPolicy))
    errors.push(notSupported(`${field}.imagePullPolicy`, imagePullPolicy, PULL_POLICIES));
  if (terminationMessagePolicy && !MESSAGE_POLICIES.includes(terminationMessagePolicy))
    errors.push(
      notSupported(`${field}.terminationMessagePolicy`, terminationMessagePolicy, MESSAGE_POLICIES),
    );
  errors.push(
    ...validatePorts(container.ports ?? [], `${field}.ports`),
    ...validateEnv(container.env ?? [], `${field}.env`),
    ...validateMounts(container, field, volumes),
    ...validateProbe(container.livenessProbe, `${field}.livenessProbe`, true),
    ...validateProbe(container.readinessProbe, `${field}.readinessProbe`, false),
    ...validateProbe(container.startupProbe, `${field}.startupProbe`, true),
    ...validateResources(container.resources, `${field}.resources`),
    ...validateRestartRules(container, field),
  );
  return errors;
}

function validatePorts(ports: readonly ContainerPort[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = `${field}[${index}]`;
    if (port.name) {
      for (const problem of portNameProblems(port.name))
        errors.push(invalidValue(`${at}.name`, port.name, problem));
      if (names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
      names.add(port.name);
    }
    if (!port.containerPort) errors.push(required(`${at}.containerPort`));
    else
      for (const problem of portNumberProblems(port.containerPort))
        errors.push(invalidValue(`${at}.containerPort`, port.containerPort, problem));
    if (port.hostPort)
      for (const problem of portNumberProblems(port.hostPort))
        errors.push(invalidValue(`${at}.hostPort`, port.hostPort, problem));
    if (!port.protocol) errors.push(required(`${at}.protocol`));
    else if (!PROTOCOLS.includes(port.protocol))
      errors.push(notSupported(`${at}.protocol`, port.protocol, PROTOCOLS));
  }
  return errors;
}

function validateEnv(env: readonly EnvVar[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, variable] of env.entries()) {
    const at = `${field}[${index}]`;
    if (!variable.name) errors.push(required(`${at}.name`));
    else
      for (const problem of envNameProblems(variable.name))
        errors.push(invalidValue(`${at}.name`, variable.name, problem));
    const from = variable.valueFrom;
    if (!from) continue;
    const sources = Object.values(from).filter((source) => source !== undefined && source !== null).length;
    if (sources === 0)
      errors.push(
        invalidValue(
          `${at}.valueFrom`,
          '',
          'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
        ),
      );
    if (variable.value)
      errors.push(invalidValue(`${at}.valueFrom`, '', 'may not be specified when `value` is not empty'));
    if (sources > 1)
      errors.push(
        invalidValue(`${at}.valueFrom`, '', 'may not have more than one field specified at a time'),
      );
    if (from.configMapKeyRef && !from.configMapKeyRef.key)
      errors.push(required(`${at}.valueFrom.configMapKeyRef.key`));
    if (from.secretKeyRef && !from.secretKeyRef.key)
      errors.push(required(`${at}.valueFrom.secretKeyRef.key`));
    if (from.fieldRef && !from.fieldRef.fieldPath)
      errors.push(required(`${at}.valueFrom.fieldRef.fieldPath`));
  }
  return errors;
}

function validateMounts(container: Container, field: string, volumes: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${field}.volumeMounts[${index}]`;
    if (!mount.name) errors.push(required(`${at}.name`));
    else if (!volumes.has(mount.name)) errors.push(fieldNotFound(`${at}.name`, mount.name));
    if (!mount.mountPath) errors.push(required(`${at}.mountPath`));
    else if (paths.has(mount.mountPath))
      errors.push(invalidValue(`${at}.mountPath`, mount.mountPath, 'must be unique'));
    paths.add(mount.mountPath);
    if (mount.subPath?.startsWith('/'))
      errors.push(invalidValue(`${at}.subPath`, mount.subPath, 'must be a relative path'));
    if (mount.subPath?.split('/').includes('..'))
      errors.push(invalidValue(`${at}.subPath`, mount.subPath, "must not contain '..'"));
  }
  return errors;
}

function validateProbe(probe: Probe | undefined, field: string, onceIsEnough: boolean): FieldError[] {
  if (!probe) return [];
  const errors: FieldError[] = [];
  const handlers = PROBE_HANDLERS.filter((handler) => probe[handler]);
  if (handlers.length === 0) errors.push(required(field, 'must specify a handler type'));
  for (const extra of handlers.slice(1))
    errors.push(forbiddenField(`${field}.${extra}`, 'may not specify more than 1 handler type'));
  if (probe.exec && (probe.exec.command ?? []).length === 0) errors.push(required(`${field}.exec.command`));
  if (probe.httpGet) {
    if (!probe.httpGet.path) errors.push(required(`${field}.httpGet.path`));
    errors.push(...validateProbePort(probe.httpGet.port, `${field}.httpGet.port`));
  }
  if (probe.tcpSocket) errors.push(...validateProbePort(probe.tcpSocket.port, `${field}.tcpSocket.port`));
  for (const key of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const)
    errors.push(...nonNegative(probe[key], `${field}.${key}`));
  if (onceIsEnough && (probe.successThreshold ?? 1) !== 1)
    errors.push(invalidValue(`${field}.successThreshold`, probe.successThreshold, 'must be 1'));
  return errors;
}

function validateProbePort(port: string | number | undefined, field: string): FieldError[] {
  if (typeof port === 'string')
    return portNameProblems(port).map((problem) => invalidValue(field, port, problem));
  return portNumberProblems(port ?? 0).map((problem) => invalidValue(field, port ?? 0, problem));
}

/** Requests and limits: known resources, no negative amounts, no request above its limit. */
export function validateResources(resources: ResourceRequirements | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const part of ['limits', 'requests'] as const) {
    for (const [name, amount] of Object.entries(resources?.[part] ?? {})) {
      const at = `${field}.${part}[${name}]`;
      if (!STANDARD_RESOURCES.has(name))
        for (const problem of qualifiedNameProblems(name)) errors.push(invalidValue(at, name, problem));
      if (!name.includes('/') && !STANDARD_RESOURCES.has(name) && !name.startsWith('hugepages-'))
        errors.push(invalidValue(at, name, 'must be a standard resource type or fully qualified'));
      if ((parseQuantity(amount)?.nano ?? 0n) < 0n)
        errors.push(invalidValue(at, amount, 'must be greater than or equal to 0'));
    }
  }
  for (const [name, amount] of Object.entries(resources?.requests ?? {})) {
    const limit = resources?.limits?.[name];
    if (limit !== undefined && compareQuantities(amount, limit) > 0)
      errors.push(
        invalidValue(`${field}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`),
      );
  }
  return errors;
}
