import type { Container, KeyToPath, Pod, Volume } from '../types/index.js';
import { fieldValue, type ConfigSources, type PodPlace } from './container-config.js';

/** Bytes of files a container is given; what is beyond is left out. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * The files a container finds in its mounted ConfigMaps, Secrets and downward API volumes, by absolute path, as they are
 * now. Tokens of service accounts are not made here.
 */
export function volumeFiles(
  pod: Pod,
  container: Container,
  place: PodPlace,
  sources: ConfigSources,
): Map<string, string> {
  const result = new Map<string, string>();
  let bytes = 0;
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = pod.spec?.volumes?.find((candidate) => candidate.name === name);
    if (!volume) continue;
    for (const [path, text] of filesOf(volume, pod, place, sources)) {
      bytes += text.length;
      if (bytes > MOST_BYTES) return result;
      if (subPath === undefined) result.set(`${mountPath.replace(/\/$/, '')}/${path}`, text);
      else if (subPath === path) result.set(mountPath, text);
    }
  }
  return result;
}

function* filesOf(
  volume: Volume,
  pod: Pod,
  place: PodPlace,
  sources: ConfigSources,
): Generator<[string, string]> {
  const { namespace } = pod.metadata;
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) yield* configMapFiles(namespace, configMap.name, configMap.items, sources);
  if (secret) yield* secretFiles(namespace, secret.secretName, secret.items, sources);
  for (const source of [...(projected?.sources ?? []), ...(downwardAPI ? [{ downwardAPI }] : [])]) {
    if ('configMap' in source && source.configMap)
      yield* configMapFiles(namespace, source.configMap.name, source.configMap.items, sources);
    if ('secret' in source && source.secret)
      yield* secretFiles(namespace, source.secret.name, source.secret.items, sources);
    for (const { path, fieldRef } of source.downwardAPI?.items ?? [])
      if (fieldRef) yield [path, fieldValue(fieldRef.fieldPath, pod, place)];
  }
}

function* configMapFiles(
  namespace: string | undefined,
  name: string | undefined,
  items: readonly KeyToPath[] | undefined,
  { configMaps }: ConfigSources,
): Generator<[string, string]> {
  const found = configMaps.get(namespace, name ?? '');
  yield* chosen(Object.entries(found?.data ?? {}), items);
  yield* chosen(Object.entries(found?.binaryData ?? {}), items, decoded);
}

function* secretFiles(
  namespace: string | undefined,
  name: string | undefined,
  items: readonly KeyToPath[] | undefined,
  { secrets }: ConfigSources,
): Generator<[string, string]> {
  yield* chosen(Object.entries(secrets.get(namespace, name ?? '')?.data ?? {}), items, decoded);
}

const decoded = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

function* chosen(
  entries: readonly [string, string][],
  items: readonly KeyToPath[] | undefined,
  decode: (text: string) => string = (text) => text,
): Generator<[string, string]> {
  for (const [key, text] of entries) {
    if (!items) yield [key, decode(text)];
    for (const item of items ?? []) if (item.key === key) yield [item.path, decode(text)];
  }
}
