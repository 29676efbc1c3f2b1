import type { Volume } from '../../types/index.js';
import { isConfined, procMount, seccompProfile } from './baseline.js';
import {
  distinct,
  hasUserNamespace,
  isWindows,
  named,
  namesOf,
  plural,
  quoted,
  setters,
  type Check,
  type VersionedCheck,
} from './check.js';

/* What the restricted level adds to the baseline. */

const VOLUMES = new Set([
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

const exceptOnWindows =
  (check: Check): Check =>
  (input) =>
    isWindows(input) ? undefined : check(input);
const exceptInUserNamespace =
  (check: Check): Check =>
  (input) =>
    hasUserNamespace(input) ? undefined : check(input);

const allowPrivilegeEscalation: Check = ({ containers }) => {
  const names = namesOf(containers, (context) => context.allowPrivilegeEscalation !== false);
  if (names.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${named(names)} must set securityContext.allowPrivilegeEscalation=false`,
  };
};

const capabilities: Check = ({ containers }) => {
  const keeping = namesOf(containers, (context) => !(context.capabilities?.drop ?? []).includes('ALL'));
  const added: string[] = [];
  const adding = namesOf(containers, (context) => {
    const bad = (context.capabilities?.add ?? []).filter((one) => one !== 'NET_BIND_SERVICE');
    added.push(...bad);
    return bad.length > 0;
  });
  const details = [
    ...(keeping.length > 0 ? [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0
      ? [`${named(adding)} must not include ${quoted(distinct(added))} in securityContext.capabilities.add`]
      : []),
  ];
  return details.length > 0 ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
};

const volumeType = (volume: Volume): string => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';

const volumes: Check = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter((volume) => !VOLUMES.has(volumeType(volume)));
  if (bad.length === 0) return undefined;
  const types = distinct(bad.map(volumeType));
  const uses = bad.length === 1 ? 'uses' : 'use';
  const names = bad.map(({ name }) => name);
  return {
    reason: 'restricted volume types',
    detail: `${named(names, 'volume')} ${uses} ${plural('restricted volume type', types.length)} ${quoted(types)}`,
  };
};

const runAsNonRoot: Check = ({ spec, containers }) => {
  const reason = 'runAsNonRoot != true';
  const pod = spec.securityContext?.runAsNonRoot;
  const who = setters(
    pod === false,
    namesOf(containers, (context) => context.runAsNonRoot === false),
  );
  if (who !== undefined) return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  const silent = namesOf(containers, (context) => context.runAsNonRoot === undefined && pod !== true);
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true` };
};

const runAsUser: Check = ({ spec, containers }) => {
  const who = setters(
    spec.securityContext?.runAsUser === 0,
    namesOf(containers, (context) => context.runAsUser === 0),
  );
  return who === undefined ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
};

const seccomp: Check = (input) => {
  const bad = seccompProfile(input);
  if (bad) return bad;
  const { spec, containers } = input;
  if (isConfined(spec.securityContext?.seccompProfile?.type)) return undefined;
  const silent = namesOf(containers, (context) => !context.seccompProfile);
  if (silent.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `pod or ${named(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
};

/** In the order in which findings are told. */
export const RESTRICTED: readonly VersionedCheck[] = [
  {
    id: 'allowPrivilegeEscalation',
    forms: [
      [8, allowPrivilegeEscalation],
      [25, exceptOnWindows(allowPrivilegeEscalation)],
    ],
  },
  {
    id: 'capabilities_restricted',
    forms: [
      [22, capabilities, 'capabilities_baseline'],
      [25, exceptOnWindows(capabilities), 'capabilities_baseline'],
    ],
  },
  { id: 'procMount_restricted', forms: [[35, procMount, 'procMount']] },
  { id: 'restrictedVolumes', forms: [[0, volumes, 'hostPathVolumes']] },
  {
    id: 'runAsNonRoot',
    forms: [
      [0, runAsNonRoot],
      [35, exceptInUserNamespace(runAsNonRoot)],
    ],
  },
  {
    id: 'runAsUser',
    forms: [
      [23, runAsUser],
      [35, exceptInUserNamespace(runAsUser)],
    ],
  },
  {
    id: 'seccompProfile_restricted',
    forms: [
      [19, seccomp, 'seccompProfile_baseline'],
      [25, exceptOnWindows(seccomp), 'seccompProfile_baseline'],
    ],
  },
];
