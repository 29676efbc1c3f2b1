import type { ConfigMap, Container, EnvVar, KeyToPath, Pod, Secret } from '../types/index.js';
import type { ConfigSources } from './config-sources.js';
import { Environment } from './environment.js';
import { serviceVariables } from './service-variables.js';
import { podRequests } from '../scheduler/resources.js';
import { milliValue, wholeValue } from '../quantity.js';

/** Where a pod is: what the downward API tells. */
export interface PodPlace {
  readonly podIp: string;
  readonly hostIp: string;
  readonly allocatable: Readonly<Record<string, string>> | undefined;
  readonly hostname: string;
  /** What the node has. */
  readonly capacity?: Readonly<Record<string, string>> | undefined;
}

/** A container can't be created because something it refers to is missing; the message is the kubelet's. */
export class ContainerConfigError extends Error {}

/** The environment of a container, references resolved and `$(NAME)` expanded. Throws ContainerConfigError. */
export function containerEnvironment(
  pod: Pod,
  container: Container,
  place: PodPlace,
  sources: ConfigSources,
): ReadonlyMap<string, string> {
  const result = new Environment(serviceVariables(pod, sources));
  result.set('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
  result.set('HOSTNAME', place.hostname);
  for (const from of container.envFrom ?? []) {
    const prefix = from.prefix ?? '';
    const reference = from.configMapRef ?? from.secretRef;
    if (!reference) continue;
    const data = from.configMapRef
      ? configMapData(pod, reference.name ?? '', reference.optional, sources)
      : secretData(pod, reference.name ?? '', reference.optional, sources);
    for (const [key, value] of data) result.set(prefix + key, value);
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, pod, container, place, sources, result);
    if (value !== undefined) result.set(variable.name, value);
  }
  return result;
}

function valueOf(
  variable: EnvVar,
  pod: Pod,
  container: Container,
  place: PodPlace,
  sources: ConfigSources,
  known: ReadonlyMap<string, string>,
): string | undefined {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = variable.valueFrom ?? {};
  if (configMapKeyRef) {
    const { name = '', key, optional } = configMapKeyRef;
    const value = configMapData(pod, name, optional, sources).get(key);
    if (value === undefined && !optional)
      throw new ContainerConfigError(
        `couldn't find key ${key} in ConfigMap ${pod.metadata.namespace ?? ''}/${name}`,
      );
    return value;
  }
  if (secretKeyRef) {
    const { name = '', key, optional } = secretKeyRef;
    const value = secretData(pod, name, optional, sources).get(key);
    if (value === undefined && !optional)
      throw new ContainerConfigError(
        `couldn't find key ${key} in Secret ${pod.metadata.namespace ?? ''}/${name}`,
      );
    return value;
  }
  if (fieldRef) return fieldValue(fieldRef.fieldPath, pod, place);
  if (resourceFieldRef)
    return resourceValue(resourceFieldRef.resource, resourceFieldRef.divisor, container, place);
  return (variable.value ?? '').replace(
    /\$\$|\$\(([A-Za-z_.-][\w.-]*)\)/g,
    (whole, name: string | undefined) => (name === undefined ? '$' : (known.get(name) ?? whole)),
  );
}

function configMapData(
  pod: Pod,
  name: string,
  optional: boolean | undefined,
  { configMaps }: ConfigSources,
): Map<string, string> {
  const found = configMaps.get(pod.metadata.namespace, name);
  if (!found && !optional) throw new ContainerConfigError(`configmap "${name}" not found`);
  return new Map(Object.entries(found?.data ?? {}));
}

function secretData(
  pod: Pod,
  name: string,
  optional: boolean | undefined,
  { secrets }: ConfigSources,
): Map<string, string> {
  const found = secrets.get(pod.metadata.namespace, name);
  if (!found && !optional) throw new ContainerConfigError(`secret "${name}" not found`);
  return new Map(
    Object.entries(found?.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  );
}

/** What the downward API tells of a field of the pod. */
export function fieldValue(path: string, pod: Pod, place: PodPlace): string {
  const { metadata, spec } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) {
    const map = metadata[keyed[1] as 'labels' | 'annotations'] ?? {};
    const key = keyed[2] ?? '';
    return Object.hasOwn(map, key) ? (map[key] ?? '') : '';
  }
  switch (path) {
    case 'metadata.labels':
    case 'metadata.annotations':
      return Object.entries(metadata[path.slice(9) as 'labels' | 'annotations'] ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join('\n');
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'spec.nodeName':
      return spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? 'default';
    case 'status.hostIP':
    case 'status.hostIPs':
      return place.hostIp;
    case 'status.podIP':
    case 'status.podIPs':
      return place.podIp;
    default:
      return '';
  }
}

/** What the downward API tells of a container's resources: a number of the divisor's units, rounded up. */
export function resourceValue(
  resource: string,
  divisor: string | undefined,
  container: Container,
  place: PodPlace,
): string {
  const [kind, name = ''] = resource.split('.');
  const own = kind === 'limits' ? container.resources?.limits : container.resources?.requests;
  const quantity = own?.[name] ?? (kind === 'limits' ? place.allocatable?.[name] : undefined);
  if (name === 'cpu') {
    const unit = divisor && divisor !== '0' ? milliValue(divisor) : 1000;
    return String(Math.ceil(milliValue(quantity) / unit));
  }
  const unit = divisor && divisor !== '0' ? wholeValue(divisor) : 1;
  return String(Math.ceil(wholeValue(quantity) / unit));
}

/** The first volume whose source is missing, as the kubelet words it; undefined when all can be mounted. */
export function missingVolume(pod: Pod, { configMaps, secrets }: ConfigSources): string | undefined {
  const { namespace } = pod.metadata;
  const missing = (
    kind: 'configmap' | 'secret',
    name: string,
    optional: boolean | undefined,
    items: readonly KeyToPath[] = [],
  ): string | undefined => {
    const found: ConfigMap | Secret | undefined =
      kind === 'configmap' ? configMaps.get(namespace, name) : secrets.get(namespace, name);
    if (optional) return undefined;
    if (!found) return `${kind} "${name}" not found`;
    const known = { ...('binaryData' in found ? found.binaryData : {}), ...found.data };
    const absent = items.find(({ key }) => !Object.hasOwn(known, key));
    const config = kind === 'configmap' ? 'config' : 'secret';
    return absent && `references non-existent ${config} key: ${absent.key}`;
  };
  for (const volume of pod.spec?.volumes ?? []) {
    const problem =
      (volume.configMap &&
        missing(
          'configmap',
          volume.configMap.name ?? '',
          volume.configMap.optional,
          volume.configMap.items,
        )) ??
      (volume.secret &&
        missing('secret', volume.secret.secretName ?? '', volume.secret.optional, volume.secret.items)) ??
      volume.projected?.sources
        ?.map((source) =>
          source.configMap && source.configMap.name !== ROOT_CA
            ? missing(
                'configmap',
                source.configMap.name ?? '',
                source.configMap.optional,
                source.configMap.items,
              )
            : source.secret &&
              missing('secret', source.secret.name ?? '', source.secret.optional, source.secret.items),
        )
        .find((text) => text !== undefined);
    if (problem) return `MountVolume.SetUp failed for volume "${volume.name}" : ${problem}`;
  }
  return undefined;
}

/** True while a claim the pod uses is not bound to a volume yet. */
export function awaitsVolume(pod: Pod, { claims }: ConfigSources): boolean {
  return (pod.spec?.volumes ?? []).some(({ persistentVolumeClaim }) => {
    if (!persistentVolumeClaim) return false;
    return claims.get(pod.metadata.namespace, persistentVolumeClaim.claimName)?.status?.phase !== 'Bound';
  });
}

/** Every pod mounts it; in a cluster whose controllers are off nobody makes it. */
const ROOT_CA = 'kube-root-ca.crt';

/** Guaranteed, Burstable or BestEffort (core/v1 helper/qos). */
export function qosClass(pod: Pod): string {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const requests = podRequests(pod.spec);
  const hasAny = containers.some(({ resources }) =>
    ['cpu', 'memory'].some((name) => resources?.requests?.[name] ?? resources?.limits?.[name]),
  );
  if (!hasAny && requests.milliCpu === 0 && requests.memory === 0) return 'BestEffort';
  const guaranteed = containers.every(({ resources }) =>
    ['cpu', 'memory'].every((name) => {
      const limit = resources?.limits?.[name];
      const request = resources?.requests?.[name] ?? limit;
      return limit !== undefined && request !== undefined && milliValue(limit) === milliValue(request);
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
