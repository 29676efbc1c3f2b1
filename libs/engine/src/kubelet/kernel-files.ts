import type { Mount } from '../runtime/files/container-files.js';
import { bytesFromText, directory, file, place, type DirectoryNode } from '../runtime/files/file-node.js';
import { processesOf } from '../runtime/pod-processes.js';
import { milliValue, quantityValue, wholeValue } from '../quantity.js';
import type { Container, Pod, ResourceRequirements } from '../types/index.js';
import type { Identity } from '../runtime/files/container-files.js';
import { capabilityMask } from './capabilities.js';
import { qosClass } from './container-config.js';
import { sysctlFiles } from './sysctls.js';

/** The period in which a quota of CPU counts, in microseconds (kubelet QuotaPeriod), and the smallest quota. */
const QUOTA_PERIOD = 100_000;
const SMALLEST_QUOTA = 1000;
/** Limits of the older measure of CPU, shares. */
const LEAST_SHARES = 2;
const MOST_SHARES = 262_144;
/** Out-of-memory scores by quality of service (kubelet qos policy). */
const GUARANTEED_SCORE = -997;
const BEST_EFFORT_SCORE = 1000;
/** Pages of a container's own memory that its processes are said to use where nothing else is known. */
const USED_BYTES = 1024 * 1024;

/** What the kernel tells a container of. */
export interface KernelView {
  readonly pod: Pod;
  readonly container: Container;
  readonly identity: Identity;
  /** Resources in force. */
  readonly resources: () => ResourceRequirements;
  readonly capacity: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** What is mounted in the container. */
  readonly mounts: () => Iterable<Mount>;
}

/** What a container sees of the kernel: its own part of `/proc`, and its control group, which follow what it may use. */
export function kernelMounts(view: KernelView): Mount[] {
  const processes = processFiles(view);
  const group = controlGroup(view);
  return [
    { path: '/proc', type: 'proc', readOnly: true, shared: false, node: () => processes },
    { path: '/sys/fs/cgroup', type: 'cgroup2', readOnly: true, shared: false, node: () => group },
  ];
}

function controlGroup({ resources }: KernelView): DirectoryNode {
  return files({
    'cgroup.controllers': () => 'cpu memory pids\n',
    'cpu.max': () => `${cpuQuota(resources().limits?.['cpu'])} ${QUOTA_PERIOD}\n`,
    'cpu.weight': () => `${cpuWeight(resources())}\n`,
    'memory.max': () => {
      const limit = wholeValue(resources().limits?.['memory']);
      return `${limit === 0 ? 'max' : limit}\n`;
    },
    'memory.current': () => `${USED_BYTES}\n`,
    'pids.max': () => 'max\n',
  });
}

function cpuQuota(limit: string | undefined): string {
  const milli = milliValue(limit);
  return milli === 0 ? 'max' : String(Math.max(SMALLEST_QUOTA, (milli * QUOTA_PERIOD) / 1000));
}

/** Shares as control groups of the second version have them (opencontainers/cgroups ConvertCPUSharesToCgroupV2Value). */
function cpuWeight({ limits, requests }: ResourceRequirements): number {
  const milli = milliValue(requests?.['cpu']) || milliValue(limits?.['cpu']);
  const shares = Math.min(MOST_SHARES, Math.max(LEAST_SHARES, Math.floor((milli * 1024) / 1000)));
  if (shares <= LEAST_SHARES) return 1;
  if (shares >= MOST_SHARES) return 10_000;
  const log = Math.log2(shares);
  return Math.ceil(10 ** ((log * log + 125 * log) / 612 - 7 / 34));
}

function processFiles(view: KernelView): DirectoryNode {
  const { pod, container, identity, capacity } = view;
  const { uid, gid, groups } = identity;
  const cores = Math.max(1, Math.floor(quantityValue(capacity['cpu'])));
  const kilobytes = Math.floor(wholeValue(capacity['memory']) / 1024);
  const cpus = cores === 1 ? '0' : `0-${cores - 1}`;
  const mounted = (): string =>
    [
      'overlay / overlay rw,relatime 0 0\n',
      ...Array.from(
        view.mounts(),
        ({ path, type, readOnly }) =>
          `${type === 'ext4' ? '/dev/sda1' : type} ${path} ${type} ${readOnly ? 'ro' : 'rw'},relatime 0 0\n`,
      ),
    ].join('');
  const { securityContext } = container;
  const bounding = capabilityMask(securityContext);
  // Whoever is not root has what it may have, and nothing of it in force.
  const effective = uid === 0 ? bounding : capabilityMask({ capabilities: { drop: ['ALL'] } });
  const isConfined = securityContext?.allowPrivilegeEscalation === false;
  const profile = securityContext?.seccompProfile ?? pod.spec?.securityContext?.seccompProfile;
  const filters = profile !== undefined && profile.type !== 'Unconfined';
  const status = [
    'Name:\tmain',
    'State:\tS (sleeping)',
    'Pid:\t1',
    'PPid:\t0',
    `Uid:\t${[uid, uid, uid, uid].join('\t')}`,
    `Gid:\t${[gid, gid, gid, gid].join('\t')}`,
    `Groups:\t${groups.join(' ')}`,
    `CapInh:\t${'0'.repeat(16)}`,
    `CapPrm:\t${effective}`,
    `CapEff:\t${effective}`,
    `CapBnd:\t${bounding}`,
    `CapAmb:\t${'0'.repeat(16)}`,
    `NoNewPrivs:\t${isConfined ? 1 : 0}`,
    `Seccomp:\t${filters ? 2 : 0}`,
    `Cpus_allowed_list:\t${cpus}`,
  ].join('\n');
  const ofProcess = (id: string): Record<string, () => string> => ({
    [`${id}/status`]: () => `${status}\n`,
    [`${id}/oom_score_adj`]: () => `${outOfMemoryScore(view)}\n`,
    [`${id}/cgroup`]: () => '0::/\n',
    [`${id}/mounts`]: mounted,
  });
  const since = view.now();
  const commands = processesOf(pod, container).flatMap(({ pid, words }) => [
    [`${pid}/cmdline`, () => bytesFromText(words.map((word) => `${word}\0`).join(''))] as const,
    [`${pid}/comm`, () => bytesFromText(`${(words[0] ?? '').split('/').at(-1)?.slice(0, 15)}\n`)] as const,
  ]);
  const parameters = [...sysctlFiles(pod)].map(([path, text]) => [`sys/${path}`, () => text] as const);
  return files({
    ...Object.fromEntries(parameters),
    ...ofProcess('1'),
    ...ofProcess('self'),
    ...Object.fromEntries(commands),
    mounts: mounted,
    uptime: () => {
      const seconds = ((view.now() - since) / 1000).toFixed(2);
      return `${seconds} ${seconds}\n`;
    },
    cpuinfo: () =>
      Array.from({ length: cores }, (_, core) => `processor\t: ${core}\nmodel name\t: Simulated\n\n`).join(
        '',
      ),
    meminfo: () =>
      `MemTotal:       ${kilobytes} kB\nMemFree:        ${kilobytes} kB\nMemAvailable:   ${kilobytes} kB\n`,
    loadavg: () => '0.00 0.00 0.00 1/1 1\n',
    version: () => 'Linux version 6.12.0-simulated\n',
  });
}

/** How readily a container's processes are killed when the node is out of memory (GetContainerOOMScoreAdjust). */
function outOfMemoryScore({ pod, container, resources, capacity }: KernelView): number {
  const { priorityClassName } = pod.spec ?? {};
  const quality = qosClass(pod);
  if (priorityClassName === 'system-node-critical' || quality === 'Guaranteed') return GUARANTEED_SCORE;
  if (quality === 'BestEffort') return BEST_EFFORT_SCORE;
  const total = Math.max(1, wholeValue(capacity['memory']));
  const scoreOf = (request: string | undefined): number =>
    1000 - Math.floor((1000 * wholeValue(request)) / total);
  let score = scoreOf(resources().requests?.['memory']);
  if (container.restartPolicy === 'Always')
    for (const { resources: other } of pod.spec?.containers ?? [])
      score = Math.min(score, scoreOf(other?.requests?.['memory']));
  return Math.min(BEST_EFFORT_SCORE - 1, Math.max(1000 + GUARANTEED_SCORE, score));
}

function files(contents: Readonly<Record<string, () => string>>): DirectoryNode {
  const root = directory(0o555);
  for (const [path, content] of Object.entries(contents)) place(root, path, file(content, 0o444));
  return root;
}
