import type { FieldError } from '../../api/api-error.js';
import type { IPBlock, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from '../../types/index.js';
import { cidrProblem } from '../cidr-problem.js';
import { masked } from '../masked-address.js';
import { canonicalAddress } from './addresses.js';
import { forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import { parseIpv4 } from '../ipv4.js';
import { portNameProblems, portNumberProblems } from '../names.js';
import { validateSelector } from './selectors.js';

const TYPES = ['Ingress', 'Egress'];
/** As Kubernetes lists them. */
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** The rules of a NetworkPolicy (pkg/apis/networking/validation, ValidateNetworkPolicySpec). */
export function validateNetworkPolicy(spec: NetworkPolicySpec | undefined): FieldError[] {
  const errors = validateSelector(spec?.podSelector, 'spec.podSelector');
  for (const [index, { ports, from }] of (spec?.ingress ?? []).entries())
    errors.push(...validateRule(`spec.ingress[${index}]`, 'from', ports, from));
  for (const [index, { ports, to }] of (spec?.egress ?? []).entries())
    errors.push(...validateRule(`spec.egress[${index}]`, 'to', ports, to));
  const types = spec?.policyTypes ?? [];
  if (types.length > TYPES.length)
    return [...errors, invalidValue('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  for (const [index, type] of types.entries())
    if (!TYPES.includes(type)) errors.push(notSupported(`spec.policyTypes[${index}]`, type, TYPES));
  return errors;
}

function validateRule(
  field: string,
  side: 'from' | 'to',
  ports: readonly NetworkPolicyPort[] = [],
  peers: readonly NetworkPolicyPeer[] = [],
): FieldError[] {
  return [
    ...ports.flatMap((port, index) => validatePort(port, `${field}.ports[${index}]`)),
    ...peers.flatMap((peer, index) => validatePeer(peer, `${field}.${side}[${index}]`)),
  ];
}

function validatePort({ port, endPort, protocol }: NetworkPolicyPort, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (protocol !== undefined && !PROTOCOLS.includes(protocol))
    errors.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS));
  const invalid = (name: string, value: unknown, problems: readonly string[]): void => {
    for (const problem of problems) errors.push(invalidValue(`${field}.${name}`, value, problem));
  };
  if (typeof port === 'number') {
    invalid('port', port, portNumberProblems(port));
    if (endPort === undefined) return errors;
    if (endPort < port) invalid('endPort', port, ['must be greater than or equal to `port`']);
    invalid('endPort', endPort, portNumberProblems(endPort));
    return errors;
  }
  if (endPort !== undefined)
    invalid('endPort', endPort, [
      port === undefined
        ? 'may not be specified when `port` is not specified'
        : 'may not be specified when `port` is non-numeric',
    ]);
  if (port !== undefined) invalid('port', port, portNameProblems(port));
  return errors;
}

function validatePeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  field: string,
): FieldError[] {
  if (!podSelector && !namespaceSelector && !ipBlock) return [required(field, 'must specify a peer')];
  return [
    ...validateSelector(podSelector, `${field}.podSelector`),
    ...validateSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...(ipBlock ? validateBlock(ipBlock, `${field}.ipBlock`) : []),
    ...(ipBlock && (podSelector || namespaceSelector)
      ? [forbiddenField(field, 'may not specify both ipBlock and another peer')]
      : []),
  ];
}

function validateBlock({ cidr, except = [] }: IPBlock, field: string): FieldError[] {
  if (!cidr) return [required(`${field}.cidr`)];
  const problem = cidrProblem(cidr);
  if (problem !== undefined) return [invalidValue(`${field}.cidr`, cidr, problem)];
  return except.flatMap((each, index) => {
    const wrong =
      cidrProblem(each) ?? (isStrictSubset(each, cidr) ? undefined : 'must be a strict subset of `cidr`');
    return wrong === undefined ? [] : [invalidValue(`${field}.except[${index}]`, each, wrong)];
  });
}

/** Whether a range lies in another one that is larger. Of IPv6 only the sizes are compared. */
function isStrictSubset(inner: string, outer: string): boolean {
  const [innerAddress = '', innerBits = ''] = inner.split('/');
  const [outerAddress = '', outerBits = ''] = outer.split('/');
  if (innerAddress.includes(':') !== outerAddress.includes(':') || Number(innerBits) <= Number(outerBits))
    return false;
  const [small, large] = [parseIpv4(innerAddress), parseIpv4(outerAddress)];
  if (small === undefined || large === undefined) return true;
  const size = 2 ** (32 - Number(outerBits));
  return Math.floor(small / size) === Math.floor(large / size);
}

/** Ranges of a policy that say more than a network, unless they were there before (IsValidCIDR, strictly). */
export function validateWholeRanges(
  spec: NetworkPolicySpec | undefined,
  old: NetworkPolicySpec | undefined,
): FieldError[] {
  const before = new Set(rangesOf(old).map(([range]) => range));
  return rangesOf(spec).flatMap(([range, field]) => {
    const [address = '', bits = ''] = range.split('/');
    const plain = canonicalAddress(address);
    const isWhole =
      before.has(range) ||
      plain === undefined ||
      cidrProblem(range) !== undefined ||
      masked(plain, Number(bits)) === plain;
    return isWhole ? [] : [invalidValue(field, range, 'must not have bits set beyond the prefix length')];
  });
}

function rangesOf(spec: NetworkPolicySpec | undefined): (readonly [range: string, field: string])[] {
  const ofPeers = (peers: readonly NetworkPolicyPeer[] | undefined, field: string) =>
    (peers ?? []).flatMap(({ ipBlock }, index) => {
      const at = `${field}[${index}].ipBlock`;
      if (!ipBlock) return [];
      const except = (ipBlock.except ?? []).map((range, place) => [range, `${at}.except[${place}]`] as const);
      return [[ipBlock.cidr, `${at}.cidr`] as const, ...except];
    });
  return [
    ...(spec?.ingress ?? []).flatMap(({ from }, index) => ofPeers(from, `spec.ingress[${index}].from`)),
    ...(spec?.egress ?? []).flatMap(({ to }, index) => ofPeers(to, `spec.egress[${index}].to`)),
  ].filter(([range]) => typeof range === 'string');
}
