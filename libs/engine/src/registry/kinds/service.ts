import type { Service, ServicePort, ServiceSpec } from '../../types/index.js';
import { invalid, type ApiError, type FieldError } from '../../api/api-error.js';
import { duplicate, forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import { each, fill, within } from '../fill.js';
import { dns1035Problems, dnsLabelProblems, dnsSubdomainProblems, portNumberProblems } from '../names.js';
import type { Strategy, StrategyContext } from '../resource.js';
import { parseIpv4 } from '../ipv4.js';
import { isExternal, withoutTypeFields } from './service-type-fields.js';
import { validateLabels } from '../validation/metadata.js';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const POLICIES = ['Cluster', 'Local'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
/** Three hours (v1/defaults.go). */
const CLIENT_IP_SECONDS = 10_800;
const SUBJECT = { group: '', resource: 'services', kind: 'Service' };

function defaultSpec(spec: ServiceSpec): ServiceSpec {
  let filled = fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  filled = within(filled, 'ports', (ports) =>
    each(ports, (port) =>
      fill(port.targetPort === 0 || port.targetPort === '' ? { ...port, targetPort: port.port } : port, {
        protocol: 'TCP',
        targetPort: port.port,
      }),
    ),
  );
  if (filled.sessionAffinity === 'ClientIP')
    filled = fill(filled, { sessionAffinityConfig: { clientIP: { timeoutSeconds: CLIENT_IP_SECONDS } } });
  return fill(filled, {
    externalTrafficPolicy: isExternal(filled) ? 'Cluster' : undefined,
    internalTrafficPolicy: filled.type === 'ExternalName' ? undefined : 'Cluster',
    allocateLoadBalancerNodePorts: filled.type === 'LoadBalancer' ? true : undefined,
  });
}

/** Gives the service what its type needs and it has not got: addresses, ports, address families. */
function allocated(service: Service, old: Service | undefined, { addresses }: StrategyContext): Service {
  const name = `${service.metadata.namespace}/${service.metadata.name}`;
  let spec = service.spec ?? {};
  const fail = (errors: FieldError[]) => invalid(SUBJECT, service.metadata.name ?? '', errors);
  if (spec.type === 'ExternalName') {
    const { clusterIP: _, clusterIPs: __, ipFamilies: ___, ipFamilyPolicy: ____, ...rest } = spec;
    return { ...service, spec: rest };
  }
  // Of the two fields the one that was changed counts; old clients know only the singular.
  const singular = spec.clusterIP !== undefined && spec.clusterIP !== old?.spec?.clusterIP;
  const given =
    singular && spec.clusterIPs?.[0] === old?.spec?.clusterIPs?.[0]
      ? spec.clusterIP
      : (spec.clusterIPs?.[0] ?? spec.clusterIP);
  const before = old?.spec?.type === 'ExternalName' ? undefined : old?.spec?.clusterIP;
  const wanted = given || before;
  if (wanted && wanted !== 'None' && wanted !== before) {
    const problem = addresses.problemOf(wanted, name);
    if (problem) throw fail([invalidValue('spec.clusterIPs', [wanted], problem)]);
  }
  const address = wanted || addresses.allocate(name);
  if (spec.clusterIP !== address || spec.clusterIPs?.[0] !== address)
    spec = { ...spec, clusterIP: address, clusterIPs: [address] };
  const selectorless = address === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec = fill(
    spec,
    selectorless
      ? { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }
      : { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
  );
  const needsPorts =
    spec.type === 'NodePort' ||
    (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
  if (isExternal(spec)) spec = withNodePorts(spec, old?.spec, needsPorts, name, addresses, fail);
  return spec === service.spec ? service : { ...service, spec };
}

function withNodePorts(
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  allocate: boolean,
  name: string,
  addresses: StrategyContext['addresses'],
  fail: (errors: FieldError[]) => ApiError,
): ServiceSpec {
  const taken = new Set((spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : [])));
  const byProtocol = new Set<string>();
  return within(spec, 'ports', (ports) =>
    each(ports, (port, index) => {
      const at = `spec.ports[${index}].nodePort`;
      if (port.nodePort) {
        const problem = addresses.portProblemOf(port.nodePort, name);
        if (problem) throw fail([invalidValue(at, port.nodePort, problem)]);
        const key = `${port.nodePort}/${port.protocol}`;
        if (byProtocol.has(key)) throw fail([duplicate(at, port.nodePort)]);
        byProtocol.add(key);
        return port;
      }
      if (!allocate) return port;
      const same = old?.ports?.find(
        (one) => one.port === port.port && one.protocol === port.protocol,
      )?.nodePort;
      const nodePort = same && !taken.has(same) ? same : addresses.allocatePort(name, taken);
      taken.add(nodePort);
      return { ...port, nodePort };
    }),
  );
}

function validatePorts(ports: readonly ServicePort[], headless: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = `spec.ports[${index}]`;
    if (ports.length > 1 && !port.name) errors.push(required(`${at}.name`));
    else if (port.name) {
      for (const problem of dnsLabelProblems(port.name))
        errors.push(invalidValue(`${at}.name`, port.name, problem));
      if (names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
      names.add(port.name);
    }
    for (const problem of portNumberProblems(port.port ?? 0))
      errors.push(invalidValue(`${at}.port`, port.port ?? 0, problem));
    if (!port.protocol) errors.push(required(`${at}.protocol`));
    else if (!PROTOCOLS.includes(port.protocol))
      errors.push(notSupported(`${at}.protocol`, port.protocol, PROTOCOLS));
    if (typeof port.targetPort === 'number')
      for (const problem of portNumberProblems(port.targetPort))
        errors.push(invalidValue(`${at}.targetPort`, port.targetPort, problem));
    const key = `${port.protocol}/${port.port}`;
    if (!headless && numbers.has(key))
      errors.push(
        duplicate(at, {
          Name: '',
          Protocol: port.protocol,
          AppProtocol: null,
          Port: port.port,
          TargetPort: 0,
          NodePort: 0,
        }),
      );
    numbers.add(key);
  }
  return errors;
}

/** v1 Service (pkg/apis/core/v1/defaults.go, pkg/registry/core/service). */
export const serviceStrategy: Strategy<Service> = {
  generation: false,
  allowCreateOnUpdate: true,
  nameProblems: dns1035Problems,
  selectableFields: ({ spec }) => ({
    'spec.clusterIP': spec?.clusterIP ?? '',
    'spec.type': spec?.type ?? '',
  }),
  defaults: (service) => within(fill(service, { spec: {} }), 'spec', defaultSpec),
  prepareForCreate: (service, context) =>
    allocated({ ...service, status: { loadBalancer: {} } }, undefined, context),
  prepareForUpdate: (service, old, context) => allocated(withoutTypeFields(service, old), old, context),
  validate({ spec = {} }) {
    const headless = spec.clusterIP === 'None';
    const type = spec.type ?? '';
    const errors: FieldError[] = [];
    if (!TYPES.includes(type)) errors.push(notSupported('spec.type', type, TYPES));
    if (type === 'ExternalName') {
      const host = (spec.externalName ?? '').replace(/\.$/, '');
      if (!host) errors.push(required('spec.externalName'));
      else
        for (const problem of dnsSubdomainProblems(host))
          errors.push(invalidValue('spec.externalName', host, problem));
    } else if ((spec.ports ?? []).length === 0 && !headless) errors.push(required('spec.ports'));
    if (headless && isExternal(spec))
      errors.push(
        invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`),
      );
    errors.push(
      ...validatePorts(spec.ports ?? [], headless),
      ...validateLabels(spec.selector, 'spec.selector'),
    );
    if (!['ClientIP', 'None'].includes(spec.sessionAffinity ?? ''))
      errors.push(notSupported('spec.sessionAffinity', spec.sessionAffinity ?? '', ['ClientIP', 'None']));
    for (const [index, { nodePort }] of (spec.ports ?? []).entries())
      if (nodePort && !isExternal(spec))
        errors.push(
          forbiddenField(`spec.ports[${index}].nodePort`, `may not be used when \`type\` is '${type}'`),
        );
    for (const [index, address] of (spec.externalIPs ?? []).entries())
      if (parseIpv4(address) === undefined && !address.includes(':'))
        errors.push(
          invalidValue(
            `spec.externalIPs[${index}]`,
            address,
            'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
          ),
        );
    const { externalTrafficPolicy, internalTrafficPolicy } = spec;
    if (externalTrafficPolicy && !isExternal(spec) && (spec.externalIPs ?? []).length === 0)
      errors.push(
        invalidValue(
          'spec.externalTrafficPolicy',
          externalTrafficPolicy,
          'may only be set for externally-accessible services',
        ),
      );
    else if (externalTrafficPolicy && !POLICIES.includes(externalTrafficPolicy))
      errors.push(notSupported('spec.externalTrafficPolicy', externalTrafficPolicy, POLICIES));
    if (internalTrafficPolicy && !POLICIES.includes(internalTrafficPolicy))
      errors.push(notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, POLICIES));
    return errors;
  },
  validateUpdate({ spec }, old) {
    const before = old.spec?.clusterIP;
    if (!before || spec?.type === 'ExternalName' || old.spec?.type === 'ExternalName') return [];
    return spec?.clusterIP === before
      ? []
      : [invalidValue('spec.clusterIPs[0]', [spec?.clusterIP ?? ''], 'may not change once set')];
  },
};
