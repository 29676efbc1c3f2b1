import type { SecurityContext } from '../types/index.js';

/** Linux' capabilities in the order of their bits (capability.h). */
const NAMES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST ' +
  'NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE ' +
  'SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG ' +
  'WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');
/** What containerd gives a container that does not say. */
const USUAL = new Set(
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'.split(
    ' ',
  ),
);

/** The capabilities of a container, as `/proc` shows them: 16 hexadecimal digits. */
export function capabilityMask({ capabilities, privileged }: SecurityContext = {}): string {
  const names = (list: readonly string[] = []): string[] =>
    list.map((name) => name.toUpperCase().replace(/^CAP_/, ''));
  const [added, dropped] = [names(capabilities?.add), names(capabilities?.drop)];
  let mask = 0n;
  for (const [bit, name] of NAMES.entries()) {
    const isAdded = added.includes(name) || added.includes('ALL');
    const isDropped = dropped.includes(name) || dropped.includes('ALL');
    const has = privileged === true || added.includes(name) || (!isDropped && (isAdded || USUAL.has(name)));
    if (has) mask |= 1n << BigInt(bit);
  }
  return mask.toString(16).padStart(16, '0');
}
