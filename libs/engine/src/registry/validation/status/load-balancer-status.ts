import type { FieldError } from '../../../api/api-error.js';
import type { Ingress, Service } from '../../../types/index.js';
import { forbiddenField, invalidEach, invalidValue, notSupported, required } from '../../field-errors.js';
import { dnsSubdomainProblems } from '../../names.js';
import { canonicalAddress, validateAddress } from '../addresses.js';

const INGRESS = 'status.loadBalancer.ingress';
const IP_MODES = ['Proxy', 'VIP'];

/** Where a service can be reached from outside (ValidateServiceStatusUpdate). */
export function validateServiceStatus({ spec, status }: Service, old: Service): FieldError[] {
  const points = status?.loadBalancer?.ingress ?? [];
  if (spec?.type !== 'LoadBalancer' && points.length > 0)
    return [forbiddenField(INGRESS, "may only be used when `spec.type` is 'LoadBalancer'")];
  const before = addressesOf(old.status?.loadBalancer?.ingress);
  return points.flatMap(({ ip = '', ipMode, hostname = '' }, index) => {
    const at = `${INGRESS}[${index}]`;
    return [
      ...addressErrors(ip, before, `${at}.ip`),
      ...modeErrors(ip, ipMode, `${at}.ipMode`),
      ...hostErrors(hostname, `${at}.hostname`),
    ];
  });
}

/** Where an ingress can be reached (ValidateIngressStatusUpdate). */
export function validateIngressStatus({ status }: Ingress, old: Ingress): FieldError[] {
  const before = addressesOf(old.status?.loadBalancer?.ingress);
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip = '', hostname = '' }, index) => [
    ...addressErrors(ip, before, `${INGRESS}[${index}].ip`),
    ...hostErrors(hostname, `${INGRESS}[${index}].hostname`),
  ]);
}

function addressesOf(points: readonly { readonly ip?: string }[] = []): ReadonlySet<string> {
  return new Set(points.map(({ ip = '' }) => ip));
}

/** What was taken before may stay. */
function addressErrors(ip: string, before: ReadonlySet<string>, field: string): FieldError[] {
  return ip === '' || before.has(ip) ? [] : validateAddress(ip, field);
}

function modeErrors(ip: string, mode: string | undefined, field: string): FieldError[] {
  if (mode === undefined) return ip ? [required(field, 'must be specified when `ip` is set')] : [];
  if (!ip) return [forbiddenField(field, 'may not be specified when `ip` is not set')];
  return IP_MODES.includes(mode) ? [] : [notSupported(field, mode, IP_MODES)];
}

function hostErrors(host: string, field: string): FieldError[] {
  if (!host) return [];
  const errors = invalidEach(field, host, dnsSubdomainProblems(host));
  return canonicalAddress(host) === undefined
    ? errors
    : [...errors, invalidValue(field, host, 'must be a DNS name, not an IP address')];
}
