import type { Pod, Service } from '../types/index.js';
import type { ConfigSources } from './container-config.js';

/** The variables by which a pod finds services without DNS: those of its namespace, and the API (kubelet/envvars). */
export function serviceVariables(
  pod: Pod,
  { services }: Pick<ConfigSources, 'services'>,
): (readonly [string, string])[] {
  const api = services.get('default', 'kubernetes');
  const own =
    pod.spec?.enableServiceLinks === false
      ? []
      : [...services.list(pod.metadata.namespace ?? '')].sort((a, b) =>
          (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1,
        );
  return [...(api ? [api] : []), ...own].flatMap(variablesOf);
}

/** All containers of a namespace have the same names and values: kept per container, they would be most of its memory. */
const known = new WeakMap<Service, readonly (readonly [string, string])[]>();

function variablesOf(service: Service): readonly (readonly [string, string])[] {
  let variables = known.get(service);
  if (!variables) known.set(service, (variables = [...makeVariables(service)]));
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
