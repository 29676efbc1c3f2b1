import type { HTTPIngressPath, Ingress, IngressBackend } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { invalidValue, notSupported, required } from '../field-errors.js';
import { dnsSubdomainProblems, wildcardDnsProblems } from '../names.js';
import type { Strategy } from '../resource.js';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

function validateBackend(backend: IngressBackend | undefined, field: string): FieldError[] {
  if (!backend?.service && !backend?.resource)
    return [required(field, 'must specify either a service or a resource backend')];
  const { service } = backend;
  if (!service) return [];
  if (backend.resource)
    return [invalidValue(field, backend, 'cannot set both resource and service backends')];
  const errors: FieldError[] = [];
  if (!service.name) errors.push(required(`${field}.service.name`));
  const { name, number } = service.port ?? {};
  if (!name && !number) errors.push(required(`${field}.service.port`, 'port name or number is required'));
  if (name && number)
    errors.push(
      invalidValue(`${field}.service.port`, service.port, 'cannot set both port name & port number'),
    );
  return errors;
}

function validatePath(path: HTTPIngressPath, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!path.pathType) errors.push(required(`${field}.pathType`, 'pathType must be specified'));
  else if (!PATH_TYPES.includes(path.pathType))
    errors.push(notSupported(`${field}.pathType`, path.pathType, PATH_TYPES));
  else if (path.pathType !== 'ImplementationSpecific' || path.path) {
    if (!path.path?.startsWith('/'))
      errors.push(invalidValue(`${field}.path`, path.path ?? '', 'must be an absolute path'));
    for (const part of ['//', '/./', '/../', '%2f', '%2F'])
      if (path.pathType !== 'ImplementationSpecific' && path.path?.includes(part))
        errors.push(invalidValue(`${field}.path`, path.path, `must not contain '${part}'`));
  }
  return [...errors, ...validateBackend(path.backend, `${field}.backend`)];
}

/** networking.k8s.io/v1 Ingress. */
export const ingressStrategy: Strategy<Ingress> = {
  validate({ spec = {} }) {
    const errors: FieldError[] = [];
    if (!spec.defaultBackend && (spec.rules ?? []).length === 0)
      errors.push(invalidValue('spec', spec, 'either `defaultBackend` or `rules` must be specified'));
    if (spec.defaultBackend) errors.push(...validateBackend(spec.defaultBackend, 'spec.defaultBackend'));
    for (const [index, rule] of (spec.rules ?? []).entries()) {
      const at = `spec.rules[${index}]`;
      const { host } = rule;
      if (host) {
        const problems = host.includes('*') ? wildcardDnsProblems(host) : dnsSubdomainProblems(host);
        for (const problem of problems) errors.push(invalidValue(`${at}.host`, host, problem));
      }
      if (!rule.http) continue;
      if ((rule.http.paths ?? []).length === 0) errors.push(required(`${at}.http.paths`));
      for (const [place, path] of (rule.http.paths ?? []).entries())
        errors.push(...validatePath(path, `${at}.http.paths[${place}]`));
    }
    return errors;
  },
};
