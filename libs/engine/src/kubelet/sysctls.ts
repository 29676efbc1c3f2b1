import type { Pod } from '../types/index.js';

/** Kernel parameters pods may set: each pod has its own, and none harms others (kubelet/sysctl/safe_sysctls.go). */
const SAFE = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

/** What a container finds when its pod sets nothing. */
const USUAL: Readonly<Record<string, string>> = {
  'fs.file-max': '1048576',
  'kernel.hostname': '',
  'kernel.ostype': 'Linux',
  'kernel.osrelease': '6.12.0-simulated',
  'kernel.shm_rmid_forced': '0',
  'net.core.somaxconn': '4096',
  'net.ipv4.ip_forward': '1',
  'net.ipv4.ip_local_port_range': '32768\t60999',
  'net.ipv4.ip_unprivileged_port_start': '0',
  'net.ipv4.ping_group_range': '0\t2147483647',
  'net.ipv4.tcp_fin_timeout': '60',
  'net.ipv4.tcp_keepalive_time': '7200',
  'net.ipv4.tcp_syncookies': '1',
};

/** A parameter's name with dots, as `/` may stand for them. */
const dotted = (name: string): string => name.replaceAll('/', '.');

/** Why a node turns a pod away for the parameters it wants; undefined when it may have them. */
export function forbiddenSysctl({ spec }: Pod): string | undefined {
  for (const { name } of spec?.securityContext?.sysctls ?? []) {
    if (!SAFE.has(dotted(name))) return `forbidden sysctl: "${name}" not allowlisted`;
    if (spec?.hostNetwork && dotted(name).startsWith('net.'))
      return `forbidden sysctl: "${name}" not allowed with host net enabled`;
    if (spec?.hostIPC && dotted(name).startsWith('kernel.shm'))
      return `forbidden sysctl: "${name}" not allowed with host ipc enabled`;
  }
  return undefined;
}

/** The parameters a pod's containers find, by path below `/proc/sys`. */
export function sysctlFiles({ spec, metadata }: Pod): ReadonlyMap<string, string> {
  const values = new Map(Object.entries({ ...USUAL, 'kernel.hostname': metadata.name ?? '' }));
  for (const { name, value } of spec?.securityContext?.sysctls ?? []) values.set(dotted(name), value);
  return new Map([...values].map(([name, value]) => [name.replaceAll('.', '/'), `${value}\n`]));
}
