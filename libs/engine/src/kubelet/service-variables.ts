import type { Pod, Service } from '../types/index.js';
import type { ConfigSources } from './config-sources.js';

/** Services and the variables that tell of them. */
interface Told {
  readonly services: readonly Service[];
  readonly variables: ReadonlyMap<string, string>;
}

const NONE: ReadonlyMap<string, string> = new Map();
/** What the containers of a namespace were told last, by the service of the API and then the namespace. */
const told = new WeakMap<Service, Map<string, Told>>();
/** Namespaces whose variables are remembered. */
const REMEMBERED = 1000;

/**
 * The variables by which a pod finds services without DNS: those of its namespace, and the API (kubelet/envvars). All containers
 * of a namespace get the same map: kept per container, it would be most of its memory.
 */
export function serviceVariables(
  pod: Pod,
  { services }: Pick<ConfigSources, 'services'>,
): ReadonlyMap<string, string> {
  const api = services.get('default', 'kubernetes');
  const isLinked = pod.spec?.enableServiceLinks !== false;
  const namespace = isLinked ? (pod.metadata.namespace ?? '') : '';
  const own = isLinked
    ? [...services.list(namespace)].sort((a, b) =>
        (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1,
      )
    : [];
  const all = [...(api ? [api] : []), ...own];
  const [first] = all;
  if (!first) return NONE;
  const known = told.get(first) ?? new Map<string, Told>();
  told.set(first, known);
  const last = known.get(namespace);
  if (last?.services.length === all.length && all.every((service, index) => service === last.services[index]))
    return last.variables;
  const variables = new Map(all.flatMap((service) => [...makeVariables(service)]));
  known.delete(namespace);
  known.set(namespace, { services: all, variables });
  if (known.size > REMEMBERED) known.delete(known.keys().next().value ?? '');
  return variables;
}

function* makeVariables({ metadata, spec }: Service): Generator<[string, string]> {
  const { clusterIP: ip, ports = [] } = spec ?? {};
  const [first] = ports;
  if (!ip || ip === 'None' || !first) return;
  const name = variableName(metadata.name ?? '');
  yield [`${name}_SERVICE_HOST`, ip];
  yield [`${name}_SERVICE_PORT`, String(first.port)];
  for (const { name: portName, port } of ports)
    if (portName) yield [`${name}_SERVICE_PORT_${variableName(portName)}`, String(port)];
  for (const { port, protocol = 'TCP' } of ports) {
    const address = `${protocol.toLowerCase()}://${ip}:${port}`;
    if (port === first.port) yield [`${name}_PORT`, address];
    const prefix = `${name}_PORT_${port}_${protocol.toUpperCase()}`;
    yield [prefix, address];
    yield [`${prefix}_PROTO`, protocol.toLowerCase()];
    yield [`${prefix}_PORT`, String(port)];
    yield [`${prefix}_ADDR`, ip];
  }
}

const variableName = (text: string): string => text.toUpperCase().replaceAll('-', '_');
