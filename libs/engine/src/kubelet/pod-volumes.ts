import { ContainerFiles, type Mount } from '../runtime/files/container-files.js';
import {
  bytesFromText,
  copyOf,
  directory,
  file,
  link,
  place,
  type DirectoryNode,
  type FileNode,
  type Node,
} from '../runtime/files/file-node.js';
import type {
  Container,
  KeyToPath,
  PersistentVolumeClaim,
  Pod,
  Volume,
  VolumeProjection,
} from '../types/index.js';
import { wholeValue } from '../quantity.js';
import { subPathOf } from './sub-path.js';
import type { ConfigSources } from './config-sources.js';
import { fieldValue, resourceValue, type PodPlace } from './container-config.js';

/** Where a pod's volumes come from. */
export interface VolumeSources extends ConfigSources {
  /** The files of the pod's node. */
  readonly hostFiles: DirectoryNode;
  /** What a persistent volume holds, made empty when it is first asked for. */
  readonly persistent: (volumeName: string) => DirectoryNode;
  /** The files of an image. */
  readonly image: (reference: string) => DirectoryNode;
  /** A token of the pod's service account; undefined where nobody signs any. */
  readonly token: (audience: string | undefined, seconds: number) => string | undefined;
  readonly now: () => number;
}

const DEFAULT_MODE = 0o644;
const DEFAULT_TOKEN_SECONDS = 3600;
/** Permissions a volume's group is given: on volumes that are written, on those that are only read, on directories. */
const GROUP_WRITES = 0o660;
const GROUP_READS = 0o440;
const GROUP_ENTERS = 0o2110;

/** The volumes of one pod on its node: those of its own are kept here, the others are looked up whenever they are read. */
export class PodVolumes {
  readonly #sources: VolumeSources;
  readonly #own = new Map<string, DirectoryNode>();

  constructor(sources: VolumeSources) {
    this.#sources = sources;
  }

  /** What is mounted into a container. */
  mounts(
    pod: Pod,
    container: Container,
    placeOfPod: PodPlace,
    env: ReadonlyMap<string, string>,
    current: () => Pod,
  ): Mount[] {
    return (container.volumeMounts ?? []).flatMap((wanted): Mount[] => {
      const volume = pod.spec?.volumes?.find(({ name }) => name === wanted.name);
      if (!volume) return [];
      const root = this.#rootOf(volume, pod, placeOfPod, current);
      const subPath = subPathOf(wanted, env);
      const generated = isGenerated(volume);
      return [
        {
          path: ContainerFiles.resolve('/', wanted.mountPath),
          type: volume.emptyDir?.medium === 'Memory' || volume.secret || volume.projected ? 'tmpfs' : 'ext4',
          readOnly: (wanted.readOnly ?? false) || generated,
          shared: !generated,
          sizeBytes: () => this.#sizeOf(volume, pod),
          node: subPath === '' ? root : below(root, subPath, generated, this.#sources.now()),
        },
      ];
    });
  }

  /** The capacity of a claim, which may grow, or the limit of a folder of the pod's own. */
  #sizeOf(volume: Volume, pod: Pod): number | undefined {
    const claim = this.#claimOf(volume, pod);
    const size = claim
      ? (claim.status?.capacity?.['storage'] ?? claim.spec?.resources?.requests?.['storage'])
      : volume.emptyDir?.sizeLimit;
    return wholeValue(size) || undefined;
  }

  #claimOf(
    { name, persistentVolumeClaim: claim, ephemeral }: Volume,
    pod: Pod,
  ): PersistentVolumeClaim | undefined {
    const claimName = claim?.claimName ?? (ephemeral ? `${pod.metadata.name}-${name}` : undefined);
    return claimName === undefined ? undefined : this.#sources.claims.get(pod.metadata.namespace, claimName);
  }

  #rootOf(volume: Volume, pod: Pod, where: PodPlace, current: () => Pod): () => Node {
    const { hostPath, image } = volume;
    if (image) {
      let root = this.#own.get(volume.name);
      if (!root) this.#own.set(volume.name, (root = this.#sources.image(image.reference ?? '')));
      const found = root;
      return () => found;
    }
    if (isGenerated(volume)) return () => this.#generated(volume, current(), where);
    if (hostPath) {
      const root = opened(this.#sources.hostFiles, hostPath.path, this.#sources.now());
      return () => root;
    }
    const bound = this.#claimOf(volume, pod)?.spec?.volumeName;
    const root = bound === undefined ? this.#ownOf(volume, pod) : this.#sources.persistent(bound);
    if (bound !== undefined) giveToGroup(root, pod, GROUP_WRITES);
    return () => root;
  }

  #ownOf(volume: Volume, pod: Pod): DirectoryNode {
    let root = this.#own.get(volume.name);
    if (!root) {
      root = directory(0o777, undefined, this.#sources.now());
      giveToGroup(root, pod, GROUP_WRITES);
      this.#own.set(volume.name, root);
    }
    return root;
  }

  /** Files as the kubelet's atomic writer leaves them: links to a folder that is exchanged as a whole. */
  #generated(volume: Volume, pod: Pod, where: PodPlace): DirectoryNode {
    const { configMap, secret, downwardAPI, projected } = volume;
    const nowMs = this.#sources.now();
    const data = directory(0o755, undefined, nowMs);
    const { namespace } = pod.metadata;
    const write = (path: string, content: FileNode['content'], mode: number): void =>
      place(data, path, file(content, mode, undefined, nowMs));
    const from = (source: VolumeProjection, usual: number): void => {
      if (source.configMap) {
        const { name = '', items } = source.configMap;
        const found = this.#sources.configMaps.get(namespace, name);
        chosen(found?.data, items, usual, bytesFromText, write);
        chosen(found?.binaryData, items, usual, decoded, write);
      }
      if (source.secret) {
        const { name = '', items } = source.secret;
        chosen(this.#sources.secrets.get(namespace, name)?.data, items, usual, decoded, write);
      }
      for (const { path, fieldRef, resourceFieldRef, mode } of source.downwardAPI?.items ?? []) {
        const container = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find(
          ({ name }) => name === resourceFieldRef?.containerName,
        );
        const text = fieldRef
          ? fieldValue(fieldRef.fieldPath, pod, where)
          : resourceFieldRef && container
            ? resourceValue(resourceFieldRef.resource, resourceFieldRef.divisor, container, where)
            : '';
        write(path, bytesFromText(text), mode ?? usual);
      }
      if (source.serviceAccountToken) {
        const { path, audience, expirationSeconds = DEFAULT_TOKEN_SECONDS } = source.serviceAccountToken;
        write(path, () => this.#token(audience, expirationSeconds), tokenMode(pod, usual));
      }
    };
    if (configMap) from({ configMap }, configMap.defaultMode ?? DEFAULT_MODE);
    if (secret)
      from(
        { secret: { name: secret.secretName ?? '', ...(secret.items && { items: secret.items }) } },
        secret.defaultMode ?? DEFAULT_MODE,
      );
    if (downwardAPI) from({ downwardAPI }, downwardAPI.defaultMode ?? DEFAULT_MODE);
    for (const source of projected?.sources ?? []) from(source, projected?.defaultMode ?? DEFAULT_MODE);
    const version = '..data_of_now';
    const root = directory(0o777, undefined, nowMs);
    for (const name of data.entries.keys()) root.entries.set(name, link(`..data/${name}`, nowMs));
    root.entries.set('..data', link(version, nowMs));
    root.entries.set(version, data);
    giveToGroup(root, pod, GROUP_READS);
    return root;
  }

  readonly #tokens = new Map<string, { readonly text: string; readonly untilMs: number }>();

  /** A token is exchanged for a new one when four fifths of its time are over (kubelet token manager). */
  #token(audience: string | undefined, seconds: number): string {
    const key = `${audience ?? ''} ${seconds}`;
    const kept = this.#tokens.get(key);
    const nowMs = this.#sources.now();
    if (kept && kept.untilMs > nowMs) return kept.text;
    const text = this.#sources.token(audience, seconds) ?? '';
    this.#tokens.set(key, { text, untilMs: nowMs + seconds * 800 });
    return text;
  }
}

const isGenerated = ({ configMap, secret, downwardAPI, projected, image }: Volume): boolean =>
  (configMap ?? secret ?? downwardAPI ?? projected ?? image) !== undefined;

const decoded = (text: string): string => Buffer.from(text, 'base64').toString('latin1');

function chosen(
  data: Readonly<Record<string, string>> | undefined,
  items: readonly KeyToPath[] | undefined,
  usual: number,
  bytes: (text: string) => string,
  write: (path: string, content: FileNode['content'], mode: number) => void,
): void {
  for (const [key, text] of Object.entries(data ?? {})) {
    if (!items) write(key, () => bytes(text), usual);
    for (const item of items ?? [])
      if (item.key === key) write(item.path, () => bytes(text), item.mode ?? usual);
  }
}

/** Tokens are for the one who runs the pod alone, where that is one (projected.go). */
function tokenMode(pod: Pod, usual: number): number {
  return pod.spec?.securityContext?.fsGroup === undefined ? usual : 0o600;
}

/** With an fsGroup everything in a volume belongs to that group, which may read or write it (volume_linux.go). */
function giveToGroup(node: Node, pod: Pod, permissions: number): void {
  const group = pod.spec?.securityContext?.fsGroup;
  if (group === undefined || node.kind === 'link') return;
  node.gid = group;
  node.mode |= permissions;
  if (node.kind !== 'directory') return;
  node.mode |= GROUP_ENTERS;
  for (const entry of node.entries.values()) giveToGroup(entry, pod, permissions);
}

/** What is at a path of a node; a directory is made when there is nothing. */
function opened(root: DirectoryNode, path: string, nowMs: number): Node {
  let at = root;
  for (const name of ContainerFiles.resolve('/', path).split('/')) {
    if (name === '') continue;
    const found: Node | undefined = at.entries.get(name);
    if (found?.kind === 'directory') {
      at = found;
      continue;
    }
    if (found?.kind === 'file') return found;
    const made = directory(0o755, undefined, nowMs);
    at.entries.set(name, made);
    at = made;
  }
  return at;
}

/** A part of a volume. What is generated stays as it was when the container began; elsewhere a missing folder is made. */
function below(root: () => Node, subPath: string, generated: boolean, nowMs: number): () => Node | undefined {
  const names = ContainerFiles.resolve('/', subPath).split('/').slice(1);
  let at: Node | undefined = root();
  const top = at;
  for (const name of names) {
    if (at?.kind !== 'directory') return () => undefined;
    let next: Node | undefined = at.entries.get(name);
    if (next?.kind === 'link' && generated) {
      const entries = top.kind === 'directory' ? top.entries : undefined;
      const data = entries?.get('..data');
      const version = data?.kind === 'link' ? entries?.get(data.target) : undefined;
      next = version?.kind === 'directory' ? version.entries.get(name) : undefined;
    }
    if (next?.kind === 'link') return () => undefined;
    if (!next && !generated) {
      // The group bit and the permissions of the volume hold for what is made in it.
      next = directory(
        at.mode & 0o2000 ? at.mode | 0o750 : 0o750 | (at.mode & 0o777),
        { uid: 0, gid: at.gid },
        nowMs,
      );
      at.entries.set(name, next);
    }
    at = next;
  }
  const found = at && generated ? copyOf(at) : at;
  return () => found;
}
