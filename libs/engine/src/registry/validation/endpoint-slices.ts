import type { FieldError } from '../../api/api-error.js';
import type { DiscoveryV1EndpointPort, Endpoint, EndpointHints } from '../../types/index.js';
import { duplicate, invalidEach, invalidValue, required, tooMany } from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems, labelValueProblems } from '../names.js';
import { canonicalAddress, isAddress, isIpv6, validateAddress, validateReachable } from './addresses.js';
import { PORT_PROTOCOLS } from './endpoints.js';
import { labelName, noneOrOneOf } from './paths.js';

const MOST_ENDPOINTS = 1000;
const MOST_ADDRESSES = 100;
const MOST_PORTS = 20_000;
const MOST_HINTS = 8;

/** The endpoints of an EndpointSlice, whose addresses are all of one type (pkg/apis/discovery/validation). */
export function validateSliceEndpoints(
  endpoints: readonly Partial<Endpoint>[],
  addressType: string,
  field: string,
): FieldError[] {
  if (endpoints.length > MOST_ENDPOINTS) return [tooMany(field, endpoints.length, MOST_ENDPOINTS)];
  return endpoints.flatMap((endpoint, index) =>
    validateEndpoint(endpoint, addressType, `${field}[${index}]`),
  );
}

/** The ports of an EndpointSlice: no two of one name. */
export function validateSlicePorts(ports: readonly DiscoveryV1EndpointPort[], field: string): FieldError[] {
  if (ports.length > MOST_PORTS) return [tooMany(field, ports.length, MOST_PORTS)];
  const names = new Set<string>();
  return ports.flatMap(({ name = '', protocol, appProtocol }, index) => {
    const at = `${field}[${index}]`;
    const errors = name ? invalidEach(`${at}.name`, name, dnsLabelProblems(name)) : [];
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    errors.push(...noneOrOneOf(protocol, `${at}.protocol`, PORT_PROTOCOLS));
    if (appProtocol !== undefined) errors.push(...labelName(appProtocol, `${at}.appProtocol`));
    return errors;
  });
}

function validateEndpoint(
  { addresses = [], nodeName, hostname, hints }: Partial<Endpoint>,
  addressType: string,
  field: string,
): FieldError[] {
  const at = `${field}.addresses`;
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(at, 'must contain at least 1 address'));
  else if (addresses.length > MOST_ADDRESSES) errors.push(tooMany(at, addresses.length, MOST_ADDRESSES));
  errors.push(...addresses.flatMap((address, index) => validateTyped(address, addressType, at, index)));
  if (nodeName !== undefined)
    errors.push(...invalidEach(`${field}.nodeName`, nodeName, dnsSubdomainProblems(nodeName)));
  if (hostname !== undefined)
    errors.push(...invalidEach(`${field}.hostname`, hostname, dnsLabelProblems(hostname)));
  if (hints) errors.push(...validateHints(hints, `${field}.hints`));
  return errors;
}

function validateTyped(address: string, type: string, list: string, index: number): FieldError[] {
  const field = `${list}[${index}]`;
  if (type === 'FQDN') return validateDomain(address, field);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const wrong = type === 'IPv4' ? validateAddress(address, field) : validateCanonical(address, field);
  if (wrong.length > 0) return wrong;
  return [
    ...(isIpv6(address) === (type === 'IPv6')
      ? []
      : [invalidValue(list, address, `must be an ${type} address`)]),
    ...validateReachable(address, field),
  ];
}

/** An address in the one form newer fields take. */
function validateCanonical(address: string, field: string): FieldError[] {
  const wrong = validateAddress(address, field);
  if (wrong.length > 0 || !isAddress(address)) return wrong;
  const canonical = canonicalAddress(address) ?? address;
  return canonical === address
    ? []
    : [invalidValue(field, address, `must be in canonical form (${JSON.stringify(canonical)})`)];
}

/** A name with at least one dot (IsFullyQualifiedDomainName). */
function validateDomain(text: string, field: string): FieldError[] {
  if (!text) return [required(field)];
  const name = text.replace(/\.$/, '');
  const problems = dnsSubdomainProblems(name);
  if (problems.length > 0) return [invalidValue(field, name, problems.join(','))];
  const labels = name.split('.');
  if (labels.length < 2)
    return [invalidValue(field, name, 'should be a domain with at least two segments separated by dots')];
  const bad = labels.find((label) => dnsLabelProblems(label).length > 0);
  return bad === undefined ? [] : [invalidValue(field, bad, dnsLabelProblems(bad).join(','))];
}

function validateHints({ forZones = [], forNodes = [] }: EndpointHints, field: string): FieldError[] {
  const zones = `${field}.forZones`;
  if (forZones.length > MOST_HINTS) return [tooMany(zones, forZones.length, MOST_HINTS)];
  const errors = validateHintNames(forZones, zones, labelValueProblems);
  const nodes = `${field}.forNodes`;
  if (forNodes.length > MOST_HINTS) return [...errors, tooMany(nodes, forNodes.length, MOST_HINTS)];
  return [...errors, ...validateHintNames(forNodes, nodes, dnsSubdomainProblems)];
}

function validateHintNames(
  hints: readonly { readonly name?: string }[],
  field: string,
  problemsOf: (name: string) => string[],
): FieldError[] {
  const names = new Set<string>();
  return hints.flatMap(({ name = '' }, index) => {
    const at = `${field}[${index}].name`;
    const repeated = names.has(name) ? [duplicate(at, name)] : [];
    names.add(name);
    return [...repeated, ...invalidEach(at, name, problemsOf(name))];
  });
}
