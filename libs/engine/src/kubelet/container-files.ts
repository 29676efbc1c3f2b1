import { ContainerFiles, type Identity } from '../runtime/files/container-files.js';
import { bytesFromText, file, place, type DirectoryNode } from '../runtime/files/file-node.js';
import type { Container, Pod, ResourceRequirements } from '../types/index.js';
import type { ConfigSources } from './config-sources.js';
import type { PodPlace } from './container-config.js';
import { kernelMounts } from './kernel-files.js';
import { networkFiles } from './network-files.js';
import type { PodVolumes } from './pod-volumes.js';

/** What a container's file system is made of. */
export interface FilesContext {
  readonly pod: Pod;
  /** The pod as it is when a file is read. */
  readonly current: () => Pod;
  readonly place: PodPlace;
  readonly env: ReadonlyMap<string, string>;
  readonly domain: string;
  readonly image: { readonly user: number; readonly root: (nowMs: number) => DirectoryNode };
  readonly volumes: PodVolumes;
  /** Resources in force. */
  readonly resources: () => ResourceRequirements;
  readonly sources: ConfigSources;
  readonly now: () => number;
}

/** Whom a container runs as. */
export function identityOf(pod: Pod, container: Container, imageUser: number): Identity {
  const { runAsUser, runAsGroup, fsGroup, supplementalGroups = [] } = pod.spec?.securityContext ?? {};
  const own = container.securityContext;
  return {
    uid: own?.runAsUser ?? runAsUser ?? imageUser,
    gid: own?.runAsGroup ?? runAsGroup ?? 0,
    groups: [...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])],
  };
}

/** The file system a container starts with: its image, what the kubelet writes for it, and its volumes. */
export function containerFiles(container: Container, context: FilesContext): ContainerFiles {
  const { pod, place: where, env, domain, image, volumes, sources, now, current } = context;
  const nowMs = now();
  const root = image.root(nowMs);
  const nodeName = pod.spec?.nodeName ?? '';
  const network = networkFiles(pod, { podIp: where.podIp, nodeName, domain }, sources);
  const owner = { uid: 0, gid: 0 };
  for (const [path, text] of Object.entries(network))
    place(root, path, file(bytesFromText(text), 0o644, owner, nowMs));
  const messages = container.terminationMessagePath ?? '/dev/termination-log';
  place(root, messages, file('', 0o666, owner, nowMs));
  const { workingDir } = container;
  const identity = identityOf(pod, container, image.user);
  const capacity = where.capacity ?? {};
  const mounts = [
    ...kernelMounts({
      pod,
      container,
      identity,
      resources: context.resources,
      capacity,
      now,
      mounts: () => files.mounts,
    }),
    ...volumes.mounts(pod, container, where, env, current),
  ];
  const files: ContainerFiles = new ContainerFiles(root, mounts, {
    identity,
    readOnlyRoot: container.securityContext?.readOnlyRootFilesystem ?? false,
    now,
  });
  if (workingDir && !files.exists(workingDir)) place(root, `${workingDir}/.`, file(''));
  return files;
}
