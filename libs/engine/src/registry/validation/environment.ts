import type {
  Container,
  EnvVarSource,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { invalidEach, invalidValue, notSupported, required } from '../field-errors.js';
import {
  configKeyProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  envNameProblems,
  qualifiedNameProblems,
} from '../names.js';
import { canonicalQuantity, parseQuantity } from '../quantity.js';
import { noBacksteps } from './paths.js';

/** Fields of a pod that a variable may hold. */
const OF_VARIABLES = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Fields of a pod that a file may hold. */
export const FIELDS_OF_FILES = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const FIELDS = new Set([
  ...OF_VARIABLES,
  ...FIELDS_OF_FILES,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);
const RESOURCES = ['limits', 'requests'].flatMap((part) =>
  ['cpu', 'ephemeral-storage', 'memory'].map((name) => `${part}.${name}`),
);
const BYTES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** A container's own variables (ValidateEnv). */
export function validateEnvironment({ env = [] }: Pick<Container, 'env'>, field: string): FieldError[] {
  return env.flatMap(({ name, value, valueFrom }, index) => {
    const at = `${field}[${index}]`;
    return [
      ...(name ? invalidEach(`${at}.name`, name, envNameProblems(name)) : [required(`${at}.name`)]),
      ...(valueFrom ? validateSource(valueFrom, `${at}.valueFrom`, value) : []),
    ];
  });
}

/** Variables a container takes from whole objects (ValidateEnvFrom). */
export function validateEnvironmentFrom(
  { envFrom = [] }: Pick<Container, 'envFrom'>,
  field: string,
): FieldError[] {
  return envFrom.flatMap(({ prefix, configMapRef, secretRef }, index) => {
    const at = `${field}[${index}]`;
    const errors: FieldError[] = prefix ? invalidEach(`${at}.prefix`, prefix, envNameProblems(prefix)) : [];
    if (configMapRef) errors.push(...objectName(configMapRef.name, `${at}.configMapRef.name`));
    if (secretRef) errors.push(...objectName(secretRef.name, `${at}.secretRef.name`));
    if (!configMapRef && !secretRef)
      errors.push(invalidValue(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (configMapRef && secretRef)
      errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}

/** A field of the pod itself, one of `allowed`. */
export function validateFieldRef(
  { apiVersion, fieldPath }: ObjectFieldSelector,
  field: string,
  allowed: readonly string[],
): FieldError[] {
  if (!apiVersion) return [required(`${field}.apiVersion`)];
  const at = `${field}.fieldPath`;
  if (!fieldPath) return [required(at)];
  const unknown = (text: string) => [invalidValue(at, fieldPath, `error converting fieldPath: ${text}`)];
  if (apiVersion !== 'v1') return unknown(`unsupported pod version: ${apiVersion}`);
  const [, path, key = ''] = /^(.*)\['(.*)'\]$/s.exec(fieldPath) ?? [];
  if (path !== undefined) {
    if (path === 'metadata.annotations')
      return invalidEach(field, key.toLowerCase(), qualifiedNameProblems(key.toLowerCase()));
    if (path === 'metadata.labels') return invalidEach(field, key, qualifiedNameProblems(key));
    return unknown(`field label does not support subscript: ${fieldPath}`);
  }
  if (!FIELDS.has(fieldPath)) return unknown(`field label not supported: ${fieldPath}`);
  return allowed.includes(fieldPath) ? [] : [notSupported(at, fieldPath, allowed)];
}

/** What a container asks for or gets; in a file the container must be named. */
export function validateResourceFieldRef(
  { containerName, resource = '', divisor }: Partial<ResourceFieldSelector>,
  field: string,
  isNamed: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const isHugePages = /^(limits|requests)\.hugepages-/.test(resource);
  if (isNamed && !containerName) errors.push(required(`${field}.containerName`));
  else if (!resource) errors.push(required(`${field}.resource`));
  else if (!RESOURCES.includes(resource) && !isHugePages)
    errors.push(notSupported(`${field}.resource`, resource, RESOURCES));
  const unit = canonicalQuantity(divisor ?? '0') ?? '';
  if ((parseQuantity(divisor ?? '0')?.nano ?? 0n) === 0n) return errors;
  const only = (units: readonly string[], shown: string, what: string) => {
    if (!units.includes(unit))
      errors.push(
        invalidValue(
          `${field}.divisor`,
          resource,
          `only divisor's values ${shown} are supported with the ${what} resource`,
        ),
      );
  };
  const [, kind = ''] = /^(?:limits|requests)\.(.*)$/.exec(resource) ?? [];
  if (kind === 'cpu') only(['1m', '1'], '1m and 1', 'cpu');
  if (kind === 'memory') only(BYTES, BYTES.join(', '), 'memory');
  if (kind === 'ephemeral-storage') only(BYTES, BYTES.join(', '), 'local ephemeral storage');
  if (isHugePages) only(BYTES, BYTES.join(', '), 'hugepages');
  return errors;
}

function validateSource(source: EnvVarSource, field: string, value: string | undefined): FieldError[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  const errors: FieldError[] = [];
  if (fieldRef) errors.push(...validateFieldRef(fieldRef, `${field}.fieldRef`, OF_VARIABLES));
  if (resourceFieldRef)
    errors.push(...validateResourceFieldRef(resourceFieldRef, `${field}.resourceFieldRef`, false));
  for (const [name, ref] of [
    ['configMapKeyRef', configMapKeyRef],
    ['secretKeyRef', secretKeyRef],
  ] as const)
    if (ref)
      errors.push(
        ...invalidEach(`${field}.${name}.name`, ref.name ?? '', dnsSubdomainProblems(ref.name ?? '')),
        ...(ref.key
          ? invalidEach(`${field}.${name}.key`, ref.key, configKeyProblems(ref.key))
          : [required(`${field}.${name}.key`)]),
      );
  if (fileKeyRef) errors.push(...validateFileKey(fileKeyRef, `${field}.fileKeyRef`));
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(
    Boolean,
  ).length;
  if (count === 0)
    errors.push(
      invalidValue(
        field,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    );
  else if (value) errors.push(invalidValue(field, '', 'may not be specified when `value` is not empty'));
  else if (count > 1)
    errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
  return errors;
}

function validateFileKey(
  { key, volumeName, path }: Partial<NonNullable<EnvVarSource['fileKeyRef']>>,
  field: string,
): FieldError[] {
  return [
    ...(key ? invalidEach(`${field}.key`, key, envNameProblems(key)) : [required(`${field}.key`)]),
    ...(volumeName
      ? invalidEach(`${field}.volumeName`, volumeName, dnsLabelProblems(volumeName))
      : [required(`${field}.volumeName`)]),
    ...(path ? noBacksteps(path, `${field}.path`) : [required(`${field}.path`)]),
  ];
}

function objectName(name: string | undefined, field: string): FieldError[] {
  // A name that will be completed may end with a dash.
  return name
    ? invalidEach(field, name, dnsSubdomainProblems(name.replace(/(?<=.)-$/s, 'a')))
    : [required(field)];
}
