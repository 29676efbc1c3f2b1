import type { LifecycleHandler, Probe, SELinuxOptions } from '../../types/index.js';
import {
  distinct,
  hasUserNamespace,
  named,
  namesOf,
  plural,
  quoted,
  setters,
  type Check,
  type VersionedCheck,
} from './check.js';

/* The baseline level (https://kubernetes.io/docs/concepts/security/pod-security-standards). */

const CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const SE_LINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];
const SYSCTLS: readonly (readonly [since: number, added: readonly string[]])[] = [
  [
    0,
    [
      'kernel.shm_rmid_forced',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.tcp_syncookies',
      'net.ipv4.ping_group_range',
      'net.ipv4.ip_unprivileged_port_start',
    ],
  ],
  [27, ['net.ipv4.ip_local_reserved_ports']],
  [
    29,
    [
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_fin_timeout',
      'net.ipv4.tcp_keepalive_intvl',
      'net.ipv4.tcp_keepalive_probes',
    ],
  ],
  [32, ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']],
];

/** Profiles that confine. */
export const isConfined = (type: string | undefined): boolean =>
  type === 'RuntimeDefault' || type === 'Localhost';

const appArmor: Check = ({ spec, annotations, containers }) => {
  const podType = spec.securityContext?.appArmorProfile?.type;
  const podIsBad = spec.securityContext?.appArmorProfile !== undefined && !isConfined(podType);
  const bad = containers.filter(({ securityContext: context }) =>
    Boolean(context?.appArmorProfile && !isConfined(context.appArmorProfile.type)),
  );
  const types = [
    ...(podIsBad ? [podType] : []),
    ...bad.map((one) => one.securityContext?.appArmorProfile?.type),
  ];
  const noted = Object.entries(annotations)
    .filter(
      ([key, value]) => key.startsWith(APP_ARMOR) && !/^(|runtime\/default|localhost\/.*)$/s.test(value),
    )
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const who = setters(
    podIsBad,
    bad.map(({ name }) => name),
    noted.length > 0 ? plural('annotation', noted.length) : undefined,
  );
  if (who === undefined) return undefined;
  const values = [...distinct(types.map((type) => type ?? '')), ...noted];
  return {
    reason: plural('forbidden AppArmor profile', values.length),
    detail: `${who} must not set AppArmor profile type to ${quoted(values)}`,
  };
};

const capabilities: Check = ({ containers }) => {
  const added: string[] = [];
  const names = namesOf(containers, (context) => {
    const bad = (context.capabilities?.add ?? []).filter((one) => !CAPABILITIES.has(one));
    added.push(...bad);
    return bad.length > 0;
  });
  if (names.length === 0) return undefined;
  return {
    reason: 'non-default capabilities',
    detail: `${named(names)} must not include ${quoted(distinct(added))} in securityContext.capabilities.add`,
  };
};

const hostNamespaces: Check = ({ spec }) => {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((key) => spec[key]);
  if (used.length === 0) return undefined;
  return { reason: 'host namespaces', detail: used.map((key) => `${key}=true`).join(', ') };
};

const hostPathVolumes: Check = ({ spec }) => {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  return names.length > 0 ? { reason: 'hostPath volumes', detail: named(names, 'volume') } : undefined;
};

const hostPorts: Check = ({ containers }) => {
  const ports: string[] = [];
  const names = namesOf(containers, (_, container) => {
    const bad = (container.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
    ports.push(...bad);
    return bad.length > 0;
  });
  if (names.length === 0) return undefined;
  const list = distinct(ports);
  return {
    reason: 'hostPort',
    detail: `${named(names)} ${names.length === 1 ? 'uses' : 'use'} ${plural('hostPort', list.length)} ${list.join(', ')}`,
  };
};

const hostsOf = (handler: Probe | LifecycleHandler | undefined): string[] =>
  [handler?.httpGet?.host, handler?.tcpSocket?.host].flatMap((host) => (host ? [host] : []));

const hostProbes: Check = ({ containers }) => {
  const hosts: string[] = [];
  const names = namesOf(containers, (_, { livenessProbe, readinessProbe, startupProbe, lifecycle }) => {
    const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
    const bad = handlers.flatMap(hostsOf);
    hosts.push(...bad);
    return bad.length > 0;
  });
  if (names.length === 0) return undefined;
  const who = distinct(names);
  const list = distinct(hosts);
  return {
    reason: 'probe or lifecycle host',
    detail: `${named(who)} ${who.length === 1 ? 'uses' : 'use'} ${plural('probe or lifecycle host', list.length)} ${quoted(list)}`,
  };
};

const privileged: Check = ({ containers }) => {
  const names = namesOf(containers, (context) => context.privileged === true);
  if (names.length === 0) return undefined;
  return { reason: 'privileged', detail: `${named(names)} must not set securityContext.privileged=true` };
};

/** `/proc` must stay masked. The restricted level keeps this form where the baseline relaxes it. */
export const procMount: Check = ({ containers }) => {
  const types: string[] = [];
  const names = namesOf(containers, ({ procMount: type }) => {
    if (type === undefined || type === 'Default') return false;
    types.push(type);
    return true;
  });
  if (names.length === 0) return undefined;
  return {
    reason: 'procMount',
    detail: `${named(names)} must not set securityContext.procMount to ${quoted(distinct(types))}`,
  };
};

const seLinux =
  (allowed: readonly string[]): Check =>
  ({ spec, containers }) => {
    const types: string[] = [];
    let user = false;
    let role = false;
    const isBad = (options: SELinuxOptions | undefined): boolean => {
      if (!options) return false;
      const badType = !allowed.includes(options.type ?? '');
      if (badType) types.push(options.type ?? '');
      user ||= Boolean(options.user);
      role ||= Boolean(options.role);
      return badType || Boolean(options.user) || Boolean(options.role);
    };
    const who = setters(
      isBad(spec.securityContext?.seLinuxOptions),
      namesOf(containers, (context) => isBad(context.seLinuxOptions)),
    );
    if (who === undefined) return undefined;
    const list = distinct(types);
    const found = [
      ...(list.length > 0 ? [`${plural('type', list.length)} ${quoted(list)}`] : []),
      ...(user ? ['user may not be set'] : []),
      ...(role ? ['role may not be set'] : []),
    ];
    return {
      reason: 'seLinuxOptions',
      detail: `${who} set forbidden securityContext.seLinuxOptions: ${found.join('; ')}`,
    };
  };

/** Before there was a field for it, a profile was asked for by annotations. */
const seccompAnnotations: Check = ({ annotations, containers }) => {
  const keys = [SECCOMP_POD, ...containers.map(({ name }) => `${SECCOMP_CONTAINER}${name}`)];
  const bad = keys.flatMap((key) => {
    const value = annotations[key];
    const fine = value === undefined || /^(runtime\/default|docker\/default|localhost\/.*)$/s.test(value);
    return fine ? [] : [`${key}=${JSON.stringify(value)}`];
  });
  const list = distinct(bad);
  if (list.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `forbidden ${plural('annotation', list.length)} ${list.join(', ')}`,
  };
};

/** What sets a seccomp profile that doesn't confine. */
export const seccompProfile: Check = ({ spec, containers }) => {
  const types: string[] = [];
  const isBad = (profile: { readonly type: string } | undefined): boolean => {
    if (!profile || isConfined(profile.type)) return false;
    types.push(profile.type);
    return true;
  };
  const who = setters(
    isBad(spec.securityContext?.seccompProfile),
    namesOf(containers, (context) => isBad(context.seccompProfile)),
  );
  if (who === undefined) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(distinct(types))}`,
  };
};

const sysctls =
  (minor: number): Check =>
  ({ spec }) => {
    const allowed = new Set(SYSCTLS.flatMap(([since, added]) => (since <= minor ? added : [])));
    const bad = (spec.securityContext?.sysctls ?? []).filter(({ name }) => !allowed.has(name));
    if (bad.length === 0) return undefined;
    return { reason: 'forbidden sysctls', detail: bad.map(({ name }) => name).join(', ') };
  };

const windowsHostProcess: Check = ({ spec, containers }) => {
  const who = setters(
    spec.securityContext?.windowsOptions?.hostProcess === true,
    namesOf(containers, (context) => context.windowsOptions?.hostProcess === true),
  );
  if (who === undefined) return undefined;
  return {
    reason: 'hostProcess',
    detail: `${who} must not set securityContext.windowsOptions.hostProcess=true`,
  };
};

/** In the order in which findings are told. */
export const BASELINE: readonly VersionedCheck[] = [
  { id: 'appArmorProfile', forms: [[0, appArmor]] },
  { id: 'capabilities_baseline', forms: [[0, capabilities]] },
  { id: 'hostNamespaces', forms: [[0, hostNamespaces]] },
  { id: 'hostPathVolumes', forms: [[0, hostPathVolumes]] },
  { id: 'hostPorts', forms: [[0, hostPorts]] },
  { id: 'hostProbesAndHostLifecycle', forms: [[34, hostProbes]] },
  { id: 'privileged', forms: [[0, privileged]] },
  {
    id: 'procMount',
    forms: [
      [0, procMount],
      [35, (input) => (hasUserNamespace(input) ? undefined : procMount(input))],
    ],
  },
  {
    id: 'seLinuxOptions',
    forms: [
      [0, seLinux(SE_LINUX_TYPES)],
      [31, seLinux([...SE_LINUX_TYPES, 'container_engine_t'])],
    ],
  },
  {
    id: 'seccompProfile_baseline',
    forms: [
      [0, seccompAnnotations],
      [19, seccompProfile],
    ],
  },
  { id: 'sysctls', forms: SYSCTLS.map(([since]) => [since, sysctls(since)]) },
  { id: 'windowsHostProcess', forms: [[0, windowsHostProcess]] },
];
