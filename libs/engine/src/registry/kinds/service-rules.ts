import type { FieldError } from '../../api/api-error.js';
import type { Service, ServicePort, ServiceSpec } from '../../types/index.js';
import { cidrProblem } from '../cidr-problem.js';
import {
  duplicate,
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  required,
} from '../field-errors.js';
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  portNameProblems,
  portNumberProblems,
  qualifiedNameProblems,
} from '../names.js';
import { isIpv6, validateAddress } from '../validation/addresses.js';
import { validateLabels } from '../validation/metadata.js';
import { noneOrOneOf, oneOf } from '../validation/paths.js';
import type { Sent } from '../validation/sent.js';
import { isExternal } from './service-type-fields.js';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const POLICIES = ['Cluster', 'Local'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const FAMILIES = ['IPv4', 'IPv6'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const LONGEST_AFFINITY_SECONDS = 86_400;
const ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'";
/** Addresses that nobody is reached at from outside. */
const INNER = [
  [/^127\./, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [/^::1$/, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [/^169\.254\./, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [/^224\.0\.0\./, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
] as const;

/** What a service is checked for (validateService). */
export function validateService({ spec = {} }: Service): FieldError[] {
  const { type = '', ports = [], sessionAffinity } = spec;
  const isHeadless = type === 'ClusterIP' && spec.clusterIP === 'None';
  const names = new Set<string>();
  const hasPorts = ports.length > 0 || isHeadless || type === 'ExternalName';
  return [
    ...(hasPorts ? [] : [required('spec.ports')]),
    ...validateType(spec),
    ...ports.flatMap((port, index) => validatePort(port, index, ports.length > 1, names)),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...oneOf(sessionAffinity, 'spec.sessionAffinity', ['ClientIP', 'None']),
    ...validateAffinity(spec),
    ...(type === 'ExternalName' ? [] : validateFamilies(spec)),
    ...(spec.externalIPs ?? []).flatMap((address, index) =>
      validateOutside(address, `spec.externalIPs[${index}]`),
    ),
    ...oneOf(type, 'spec.type', TYPES),
    ...validateNumbers(ports, type),
    ...validateBalancing(spec),
    ...validateTraffic(spec),
    ...noneOrOneOf(spec.trafficDistribution, 'spec.trafficDistribution', DISTRIBUTIONS),
  ];
}

/** What may not change while the type stays (ValidateServiceUpdate). */
export function validateServiceUpdate({ spec }: Service, { spec: old }: Service): FieldError[] {
  const before = old?.clusterIP;
  const wasBalanced = old?.type === 'LoadBalancer' && spec?.type === 'LoadBalancer';
  const errors: FieldError[] =
    wasBalanced && spec.loadBalancerClass !== old.loadBalancerClass
      ? [invalidValue('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set')]
      : [];
  if (!before || spec?.type === 'ExternalName' || old.type === 'ExternalName') return errors;
  return spec?.clusterIP === before
    ? errors
    : [...errors, invalidValue('spec.clusterIPs[0]', [spec?.clusterIP ?? ''], 'may not change once set')];
}

function validateType(spec: ServiceSpec): FieldError[] {
  const { type = '', clusterIP, externalName = '' } = spec;
  if (type === 'LoadBalancer' || type === 'NodePort')
    return clusterIP === 'None'
      ? [invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)]
      : [];
  if (type !== 'ExternalName') return [];
  const isSet = {
    clusterIPs: (spec.clusterIPs ?? []).length > 0,
    ipFamilies: (spec.ipFamilies ?? []).length > 0,
    ipFamilyPolicy: spec.ipFamilyPolicy !== undefined,
  };
  const errors = Object.entries(isSet).flatMap(([key, is]) =>
    is ? [forbiddenField(`spec.${key}`, 'may not be set for ExternalName services')] : [],
  );
  const host = externalName.replace(/\.$/, '');
  return host
    ? [...errors, ...invalidEach('spec.externalName', host, dnsSubdomainProblems(host))]
    : [...errors, required('spec.externalName')];
}

function validatePort(
  port: Sent<ServicePort>,
  index: number,
  isNamed: boolean,
  names: Set<string>,
): FieldError[] {
  const at = `spec.ports[${index}]`;
  const { name, protocol, targetPort = 0, appProtocol } = port;
  const number = port.port ?? 0;
  const errors: FieldError[] = [];
  if (isNamed && !name) errors.push(required(`${at}.name`));
  else if (name) {
    errors.push(...invalidEach(`${at}.name`, name, dnsLabelProblems(name)));
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
  }
  return [
    ...errors,
    ...invalidEach(`${at}.port`, number, portNumberProblems(number)),
    ...oneOf(protocol, `${at}.protocol`, PROTOCOLS),
    ...(typeof targetPort === 'string'
      ? invalidEach(`${at}.targetPort`, targetPort, portNameProblems(targetPort))
      : invalidEach(`${at}.targetPort`, targetPort, portNumberProblems(targetPort))),
    ...(appProtocol === undefined
      ? []
      : invalidEach(`${at}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol))),
  ];
}

/** No port of the service or of the nodes twice. */
function validateNumbers(ports: readonly ServicePort[], type: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  const isFirst = (kind: 'node port' | 'port', number: number, protocol: string | undefined) => {
    const key = JSON.stringify([kind, number, protocol]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  };
  for (const [index, { nodePort }] of ports.entries())
    if (nodePort && type === 'ClusterIP')
      errors.push(
        forbiddenField(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'"),
      );
  for (const [index, { nodePort, protocol }] of ports.entries())
    if (nodePort && !isFirst('node port', nodePort, protocol))
      errors.push(duplicate(`spec.ports[${index}].nodePort`, nodePort));
  for (const [index, { port, protocol }] of ports.entries())
    if (!isFirst('port', port, protocol))
      errors.push(
        duplicate(`spec.ports[${index}]`, {
          Name: '',
          Protocol: protocol,
          AppProtocol: null,
          Port: port,
          TargetPort: 0,
          NodePort: 0,
        }),
      );
  return errors;
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig: config }: ServiceSpec): FieldError[] {
  const field = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None')
    return config ? [forbiddenField(field, 'must not be set when session affinity is None')] : [];
  if (sessionAffinity !== 'ClientIP') return [];
  const missing = (at: string) => [required(at, 'when session affinity type is ClientIP')];
  if (!config) return missing(field);
  if (!config.clientIP) return missing(`${field}.clientIP`);
  const at = `${field}.clientIP.timeoutSeconds`;
  const seconds = config.clientIP.timeoutSeconds;
  if (seconds === undefined) return missing(at);
  return seconds > 0 && seconds <= LONGEST_AFFINITY_SECONDS
    ? []
    : [invalidValue(at, seconds, `must be greater than 0 and less than ${LONGEST_AFFINITY_SECONDS}`)];
}

function validateFamilies(spec: ServiceSpec): FieldError[] {
  const { clusterIP, clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const field = 'spec.clusterIPs';
  const errors: FieldError[] = [];
  if (clusterIP && clusterIPs[0] !== clusterIP)
    errors.push(
      clusterIPs.length === 0
        ? required(field)
        : invalidValue(field, clusterIPs, 'first value must match `clusterIP`'),
    );
  for (const [index, family] of ipFamilies.entries()) {
    const at = `spec.ipFamilies[${index}]`;
    if (!FAMILIES.includes(family)) errors.push(notSupported(at, family, FAMILIES));
    if (ipFamilies.indexOf(family) < index) errors.push(duplicate(at, family));
  }
  errors.push(...noneOrOneOf(ipFamilyPolicy, 'spec.ipFamilyPolicy', FAMILY_POLICIES));
  if (clusterIPs[0] === 'None')
    return clusterIPs.length > 1
      ? [...errors, invalidValue(field, clusterIPs, "'None' must be the first and only value")]
      : errors;
  const wrong = clusterIPs.flatMap((address, index) => validateAddress(address, `${field}[${index}]`));
  errors.push(...wrong);
  if (clusterIPs.length > 2) errors.push(invalidValue(field, clusterIPs, 'may only hold up to 2 values'));
  if (wrong.length > 0) return errors;
  for (const [index, address] of clusterIPs.entries()) {
    const family = ipFamilies[index];
    if (family !== undefined && FAMILIES.includes(family) && (family === 'IPv6') !== isIpv6(address))
      errors.push(
        invalidValue(
          `${field}[${index}]`,
          address,
          `expected an ${family} value as indicated by \`ipFamilies[${index}]\``,
        ),
      );
  }
  return errors;
}

function validateOutside(address: string, field: string): FieldError[] {
  const errors = validateAddress(address, field);
  if (errors.length > 0) return errors;
  if (address === '0.0.0.0' || address === '::')
    return [invalidValue(field, address, `may not be unspecified (${address})`)];
  return INNER.flatMap(([range, text]) => (range.test(address) ? [invalidValue(field, address, text)] : []));
}

function validateBalancing(spec: ServiceSpec): FieldError[] {
  const { loadBalancerSourceRanges: ranges = [], loadBalancerClass } = spec;
  const isBalanced = spec.type === 'LoadBalancer';
  const field = 'spec.LoadBalancerSourceRanges';
  const errors: FieldError[] = ranges.length > 0 && !isBalanced ? [forbiddenField(field, ONLY_BALANCED)] : [];
  for (const [index, range] of ranges.entries()) {
    const problem = cidrProblem(range.trim());
    if (problem) errors.push(invalidValue(`${field}[${index}]`, range.trim(), problem));
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isBalanced)
    errors.push(forbiddenField('spec.allocateLoadBalancerNodePorts', ONLY_BALANCED));
  if (loadBalancerClass === undefined) return errors;
  return isBalanced
    ? [
        ...errors,
        ...invalidEach('spec.loadBalancerClass', loadBalancerClass, qualifiedNameProblems(loadBalancerClass)),
      ]
    : [...errors, forbiddenField('spec.loadBalancerClass', ONLY_BALANCED)];
}

function validateTraffic(spec: ServiceSpec): FieldError[] {
  const { externalTrafficPolicy, internalTrafficPolicy, healthCheckNodePort = 0, type } = spec;
  const isReached = isExternal(spec) || (type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
  const errors: FieldError[] = [];
  const outside = 'spec.externalTrafficPolicy';
  if (isReached) errors.push(...oneOf(externalTrafficPolicy, outside, POLICIES));
  else if (externalTrafficPolicy)
    errors.push(
      invalidValue(outside, externalTrafficPolicy, 'may only be set for externally-accessible services'),
    );
  const isChecked = type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
  const check = 'spec.healthCheckNodePort';
  if (!isChecked && healthCheckNodePort !== 0)
    errors.push(
      invalidValue(
        check,
        healthCheckNodePort,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    );
  if (isChecked && healthCheckNodePort !== 0)
    errors.push(...invalidEach(check, healthCheckNodePort, portNumberProblems(healthCheckNodePort)));
  const inside = 'spec.internalTrafficPolicy';
  if (internalTrafficPolicy === undefined && type !== 'ExternalName' && TYPES.includes(type ?? ''))
    errors.push(required(inside));
  return [...errors, ...noneOrOneOf(internalTrafficPolicy, inside, POLICIES)];
}
