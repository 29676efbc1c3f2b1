import type { Container, Pod, PodSpec, SecurityContext } from '../types/index.js';

/** The levels that forbid something. */
export type SecurityLevel = 'baseline' | 'restricted';

const BASELINE_CAPABILITIES = new Set([
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
const RESTRICTED_VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

type Check = (spec: PodSpec, containers: readonly Container[]) => string | undefined;

/** What a pod does that its namespace forbids, in the words of Kubernetes (pod-security-admission/policy). */
export function podSecurityViolations(pod: Pick<Pod, 'spec'>, level: SecurityLevel): string[] {
  const spec = pod.spec ?? { containers: [] };
  const containers = [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...((spec.ephemeralContainers ?? []) as Container[]),
  ];
  const checks = level === 'restricted' ? [...BASELINE, ...RESTRICTED] : BASELINE;
  return checks.flatMap((check) => check(spec, containers) ?? []);
}

const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');

function offenders(
  containers: readonly Container[],
  offends: (context: SecurityContext, container: Container) => boolean,
): string | undefined {
  const names = containers.filter((one) => offends(one.securityContext ?? {}, one)).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return names.length === 1 ? `container ${quoted(names)}` : `containers ${quoted(names)}`;
}

const describe = (who: string | undefined, title: string, rule: string): string | undefined =>
  who && `${title} (${who} ${rule})`;

const BASELINE: readonly Check[] = [
  (spec) => {
    const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((key) => spec[key]);
    return used.length > 0 ? `host namespaces (${used.map((key) => `${key}=true`).join(', ')})` : undefined;
  },
  (_, containers) =>
    describe(
      offenders(containers, ({ privileged }) => privileged === true),
      'privileged',
      'must not set securityContext.privileged=true',
    ),
  (_, containers) => {
    const added = new Set<string>();
    const who = offenders(containers, ({ capabilities }) => {
      const bad = (capabilities?.add ?? []).filter((one) => !BASELINE_CAPABILITIES.has(one));
      for (const one of bad) added.add(one);
      return bad.length > 0;
    });
    return describe(
      who,
      'non-default capabilities',
      `must not include ${quoted([...added].sort())} in securityContext.capabilities.add`,
    );
  },
  (spec) => {
    const names = (spec.volumes ?? []).filter((volume) => volume.hostPath).map(({ name }) => name);
    if (names.length === 0) return undefined;
    return `hostPath volumes (volume${names.length > 1 ? 's' : ''} ${quoted(names)})`;
  },
  (_, containers) => {
    const ports = new Set<number>();
    const who = offenders(containers, (__, { ports: list = [] }) => {
      const host = list.flatMap(({ hostPort }) => (hostPort ? [hostPort] : []));
      for (const port of host) ports.add(port);
      return host.length > 0;
    });
    const list = [...ports].join(', ');
    return describe(who, 'hostPort', `uses hostPort${ports.size > 1 ? 's' : ''} ${list}`);
  },
  (_, containers) =>
    describe(
      offenders(containers, ({ procMount }) => procMount !== undefined && procMount !== 'Default'),
      'procMount',
      'must not set securityContext.procMount',
    ),
  (spec, containers) => {
    if (spec.securityContext?.seccompProfile?.type === 'Unconfined')
      return 'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")';
    return describe(
      offenders(containers, ({ seccompProfile }) => seccompProfile?.type === 'Unconfined'),
      'seccompProfile',
      'must not set securityContext.seccompProfile.type to "Unconfined"',
    );
  },
];

const RESTRICTED: readonly Check[] = [
  (_, containers) =>
    describe(
      offenders(containers, ({ allowPrivilegeEscalation }) => allowPrivilegeEscalation !== false),
      'allowPrivilegeEscalation != false',
      'must set securityContext.allowPrivilegeEscalation=false',
    ),
  (_, containers) =>
    describe(
      offenders(containers, ({ capabilities }) => !(capabilities?.drop ?? []).includes('ALL')),
      'unrestricted capabilities',
      'must set securityContext.capabilities.drop=["ALL"]',
    ),
  (spec) => {
    const bad = (spec.volumes ?? []).flatMap((volume) =>
      Object.keys(volume)
        .filter((key) => key !== 'name' && !RESTRICTED_VOLUMES.has(key))
        .map((type) => ({ name: volume.name, type })),
    );
    if (bad.length === 0) return undefined;
    const types = quoted([...new Set(bad.map(({ type }) => type))]);
    return `restricted volume types (volume${bad.length > 1 ? 's' : ''} ${quoted(bad.map(({ name }) => name))} uses restricted volume type ${types})`;
  },
  (spec, containers) => {
    const podSays = spec.securityContext?.runAsNonRoot === true;
    const who = offenders(
      containers,
      ({ runAsNonRoot }) => runAsNonRoot === false || (runAsNonRoot === undefined && !podSays),
    );
    return who && `runAsNonRoot != true (pod or ${who} must set securityContext.runAsNonRoot=true)`;
  },
  (spec, containers) => {
    if (spec.securityContext?.runAsUser === 0) return 'runAsUser=0 (pod must not set runAsUser=0)';
    return describe(
      offenders(containers, ({ runAsUser }) => runAsUser === 0),
      'runAsUser=0',
      'must not set runAsUser=0',
    );
  },
  (spec, containers) => {
    const fine = (type: string | undefined): boolean => type === 'RuntimeDefault' || type === 'Localhost';
    const podFine = fine(spec.securityContext?.seccompProfile?.type);
    const who = offenders(
      containers,
      ({ seccompProfile }) => !(seccompProfile ? fine(seccompProfile.type) : podFine),
    );
    return (
      who &&
      `seccompProfile (pod or ${who} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`
    );
  },
];
