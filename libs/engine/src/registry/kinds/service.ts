import type { Service, ServiceSpec } from '../../types/index.js';
import { invalid, type ApiError, type FieldError } from '../../api/api-error.js';
import { duplicate, invalidValue } from '../field-errors.js';
import { each, fill, fillUnset, within } from '../fill.js';
import { dnsLabelProblems } from '../names.js';
import { withToldStatus } from '../object-parts.js';
import type { Strategy, StrategyContext } from '../resource.js';
import { validateService, validateServiceUpdate } from './service-rules.js';
import { isExternal, withoutTypeFields } from './service-type-fields.js';
import { validateServiceStatus } from '../validation/status/load-balancer-status.js';

/** Three hours (v1/defaults.go). */
const CLIENT_IP_SECONDS = 10_800;
const SUBJECT = { group: '', resource: 'services', kind: 'Service' };

/** Reached from outside: through ports of the nodes, or at addresses of its own. */
const isReached = (spec: ServiceSpec): boolean =>
  isExternal(spec) || (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);

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
  const reached = fill(withAffinity(filled), {
    externalTrafficPolicy: isReached(filled) ? 'Cluster' : undefined,
  });
  return fillUnset(reached, {
    internalTrafficPolicy: filled.type === 'ExternalName' ? undefined : 'Cluster',
    allocateLoadBalancerNodePorts: filled.type === 'LoadBalancer' ? true : undefined,
  });
}

/** Addresses of load balancers are the service's own unless they say otherwise. */
function withModes(status: Service['status'], spec: ServiceSpec | undefined): Service['status'] {
  if (!status) return { loadBalancer: {} };
  if (spec?.type !== 'LoadBalancer') return status;
  return within(status, 'loadBalancer', (balancer) =>
    within(balancer, 'ingress', (points) =>
      each(points, (point) => (point.ip ? { ipMode: 'VIP', ...point } : point)),
    ),
  );
}

/** A client that takes the affinity back leaves its settings behind; they go with it. */
function withAffinity(spec: ServiceSpec): ServiceSpec {
  const { sessionAffinityConfig: config, ...others } = spec;
  if (spec.sessionAffinity === 'None') return config === undefined ? spec : others;
  if (spec.sessionAffinity !== 'ClientIP') return spec;
  const seconds = config?.clientIP?.timeoutSeconds ?? undefined;
  if (seconds !== undefined) return spec;
  return { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: CLIENT_IP_SECONDS } } };
}

/** Gives the service what its type needs and it has not got: addresses, ports, address families. */
function allocated(service: Service, old: Service | undefined, { addresses }: StrategyContext): Service {
  const name = `${service.metadata.namespace}/${service.metadata.name}`;
  let spec = service.spec ?? {};
  const fail = (errors: FieldError[]) => invalid(SUBJECT, service.metadata.name ?? '', errors);
  if (spec.type === 'ExternalName') {
    // What else there is of addresses is refused; a singular that says nothing says nothing.
    const { clusterIP, ...rest } = spec;
    if (clusterIP)
      return spec.clusterIPs ? service : { ...service, spec: { ...spec, clusterIPs: [clusterIP] } };
    return clusterIP === undefined ? service : { ...service, spec: rest };
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
  spec = fillUnset(
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

/** v1 Service (pkg/apis/core/v1/defaults.go, pkg/registry/core/service). */
export const serviceStrategy: Strategy<Service> = {
  generation: false,
  allowCreateOnUpdate: true,
  nameProblems: dnsLabelProblems,
  selectableFields: ({ spec }) => ({
    'spec.clusterIP': spec?.clusterIP ?? '',
    'spec.type': spec?.type ?? '',
  }),
  defaults: (service) => within(fill(service, { spec: {} }), 'spec', defaultSpec),
  prepareForCreate: (service, context) =>
    allocated({ ...service, status: { loadBalancer: {} } }, undefined, context),
  prepareForUpdate: (service, old, context) => allocated(withoutTypeFields(service, old), old, context),
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  writes: {
    status: { merge: (given, old) => withToldStatus(given, old, withModes(given.status, given.spec)) },
  },
  validateStatus: validateServiceStatus,
};
