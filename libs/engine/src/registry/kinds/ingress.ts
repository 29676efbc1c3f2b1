import type { FieldError } from '../../api/api-error.js';
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressClass,
  IngressRule,
  IngressSpec,
  TypedLocalObjectReference,
} from '../../types/index.js';
import {
  forbiddenField,
  IMMUTABLE,
  invalidEach,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from '../field-errors.js';
import { fill, within } from '../fill.js';
import { parseIpv4 } from '../ipv4.js';
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  pathSegmentProblems,
  portNameProblems,
  portNumberProblems,
  wildcardDnsProblems,
} from '../names.js';
import type { Strategy } from '../resource.js';
import { isIpv6 } from '../validation/addresses.js';
import { validatePrefixedPath } from '../validation/paths.js';
import type { Sent } from '../validation/sent.js';
import { validateIngressStatus } from '../validation/status/load-balancer-status.js';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const NO_PARTS = ['//', '/./', '/../', '%2f', '%2F'];
const NO_ENDS = ['/..', '/.'];
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const LONGEST_CONTROLLER = 250;
const SCOPES = ['Cluster', 'Namespace'];

/** networking.k8s.io/v1 Ingress (pkg/apis/networking/validation). */
export const ingressStrategy: Strategy<Ingress> = {
  validate({ metadata, spec = {} }) {
    const errors = validateSpec(spec);
    const named = metadata.annotations?.[CLASS_ANNOTATION];
    const { ingressClassName } = spec;
    if (named !== undefined && ingressClassName !== undefined && named !== ingressClassName)
      errors.push(
        invalidValue(
          `annotations.${CLASS_ANNOTATION}`,
          named,
          'must match `ingressClassName` when both are specified',
        ),
      );
    return errors;
  },
  validatesUpdateAlone: true,
  validateUpdate: ({ spec = {} }, old) => (spec === old.spec ? [] : validateSpec(spec)),
  validateStatus: validateIngressStatus,
};

/** networking.k8s.io/v1 IngressClass: who serves it is decided once. */
export const ingressClassStrategy: Strategy<IngressClass> = {
  defaults: (object) =>
    within(object, 'spec', (spec) =>
      within(spec, 'parameters', (parameters) => fill(parameters, { scope: 'Cluster' })),
    ),
  validate({ spec = {} }) {
    const { controller = '', parameters } = spec;
    return [
      ...(controller.length > LONGEST_CONTROLLER ? [tooLong('spec.controller', LONGEST_CONTROLLER)] : []),
      ...validatePrefixedPath(controller, 'spec.controller'),
      ...(parameters ? validateParameters(parameters) : []),
    ];
  },
  validateUpdate: ({ spec }, old) =>
    spec?.controller === old.spec?.controller
      ? []
      : [invalidValue('spec.controller', spec?.controller ?? '', IMMUTABLE)],
};

function validateSpec(spec: IngressSpec): FieldError[] {
  const { defaultBackend, rules = [], tls = [], ingressClassName } = spec;
  const errors: FieldError[] = [];
  if (!defaultBackend && rules.length === 0)
    errors.push(invalidValue('spec', spec.rules, 'either `defaultBackend` or `rules` must be specified'));
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, 'spec.defaultBackend'));
  return [
    ...errors,
    ...rules.flatMap((rule, index) => validateRule(rule, `spec.rules[${index}]`)),
    ...tls.flatMap(({ hosts = [], secretName }, index) => [
      ...hosts.flatMap((host, place) =>
        invalidEach(`spec.tls[${index}].hosts[${place}]`, host, hostProblems(host)),
      ),
      ...(secretName
        ? invalidEach(`spec.tls[${index}].secretName`, secretName, dnsSubdomainProblems(secretName))
        : []),
    ]),
    ...(ingressClassName === undefined
      ? []
      : invalidEach('spec.ingressClassName', ingressClassName, dnsSubdomainProblems(ingressClassName))),
  ];
}

const hostProblems = (host: string): string[] =>
  host.includes('*') ? wildcardDnsProblems(host) : dnsSubdomainProblems(host);

function validateRule({ host, http }: IngressRule, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (host && (parseIpv4(host) !== undefined || isIpv6(host)))
    errors.push(invalidValue(`${field}.host`, host, 'must be a DNS name, not an IP address'));
  if (host) errors.push(...invalidEach(`${field}.host`, host, hostProblems(host)));
  if (!http) return errors;
  const paths = (http as Sent<typeof http>).paths ?? [];
  if (paths.length === 0) errors.push(required(`${field}.http.paths`));
  return [...errors, ...paths.flatMap((path, index) => validatePath(path, `${field}.http.paths[${index}]`))];
}

function validatePath(
  { path = '', pathType, backend = {} }: Sent<HTTPIngressPath>,
  field: string,
): FieldError[] {
  if (!pathType) return [required(`${field}.pathType`, 'pathType must be specified')];
  const at = `${field}.path`;
  const errors: FieldError[] = [];
  const isFree = pathType === 'ImplementationSpecific';
  if (!PATH_TYPES.includes(pathType)) errors.push(notSupported(`${field}.pathType`, pathType, PATH_TYPES));
  else {
    if (!path.startsWith('/') && !(isFree && path === ''))
      errors.push(invalidValue(at, path, 'must be an absolute path'));
    for (const part of isFree ? [] : NO_PARTS)
      if (path.includes(part)) errors.push(invalidValue(at, path, `must not contain '${part}'`));
    for (const end of isFree ? [] : NO_ENDS)
      if (path.endsWith(end)) errors.push(invalidValue(at, path, `cannot end with '${end}'`));
  }
  return [...errors, ...validateBackend(backend, `${field}.backend`)];
}

function validateBackend({ service, resource }: IngressBackend, field: string): FieldError[] {
  if (service && resource) return [invalidValue(field, '', 'cannot set both resource and service backends')];
  if (resource) return validateReference(resource, `${field}.resource`);
  if (!service) return [invalidValue(field, '', 'resource or service backend is required')];
  const { name: host, port = {} } = service as Sent<typeof service>;
  const at = `${field}.service`;
  const errors: FieldError[] = host
    ? invalidEach(`${at}.name`, host, dnsLabelProblems(host))
    : [required(`${at}.name`)];
  const { name, number } = port;
  if (name && number) errors.push(invalidValue(field, '', 'cannot set both port name & port number'));
  else if (name) errors.push(...invalidEach(`${at}.port.name`, name, portNameProblems(name)));
  else if (number) errors.push(...invalidEach(`${at}.port.number`, number, portNumberProblems(number)));
  else errors.push(required(field, 'port name or number is required'));
  return errors;
}

function validateReference(
  { apiGroup, kind, name }: Sent<TypedLocalObjectReference>,
  field: string,
): FieldError[] {
  const segment = (value: string | undefined, at: string) =>
    value ? invalidEach(at, value, pathSegmentProblems(value)) : [required(at)];
  return [
    ...(apiGroup === undefined
      ? []
      : invalidEach(`${field}.apiGroup`, apiGroup, dnsSubdomainProblems(apiGroup))),
    ...segment(kind, `${field}.kind`),
    ...segment(name, `${field}.name`),
  ];
}

function validateParameters(
  parameters: NonNullable<NonNullable<IngressClass['spec']>['parameters']>,
): FieldError[] {
  const field = 'spec.parameters';
  const { scope, namespace } = parameters;
  const errors = validateReference(parameters, field);
  if (scope === undefined) return [...errors, required(`${field}.scope`)];
  if (!SCOPES.includes(scope)) return [...errors, notSupported(`${field}.scope`, scope, SCOPES)];
  if (scope === 'Cluster')
    return namespace === undefined
      ? errors
      : [...errors, forbiddenField(`${field}.namespace`, "`parameters.scope` is set to 'Cluster'")];
  return namespace === undefined
    ? [...errors, required(`${field}.namespace`, "`parameters.scope` is set to 'Namespace'")]
    : [...errors, ...invalidEach(`${field}.namespace`, namespace, dnsLabelProblems(namespace))];
}
