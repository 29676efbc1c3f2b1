import type { ObjectMeta } from '@lotse/manifests';
import type {
  Container,
  ContainerPort,
  PodAffinity,
  PodSpec,
  PodTemplateSpec,
  Volume,
} from '../../types/index.js';
import { canonicalQuantity, parseQuantity } from '../quantity.js';
import { addressWarnings } from './address-warnings.js';
import { oldLabelText, selectorTermWarnings } from './old-node-labels.js';
import { overlapWarnings } from './overlapping-paths.js';
import { APPARMOR_OF_CONTAINER, OLD_APPARMOR, profileOf } from '../apparmor.js';
import { claimSpecWarnings } from './storage-warnings.js';
import { jsonEqual } from '../json-equal.js';

/* What a pod is allowed to say but should not (pkg/api/pod/warnings.go): kubectl prints it, nothing is refused. */

const OLD_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod':
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};
const OLD_VOLUMES: readonly (readonly [keyof Volume, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
];
const LAST_VOLUMES = ['cephfs', 'rbd'] as const;
const SECCOMP_OF_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_OF_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const NO_SELECTOR = 'a null labelSelector results in matching no pod';
const NANO = 1_000_000_000n;
/** Ports of one number that another is compared with. */
const MOST_COMPARED = 100;
/** Warnings about ports: an answer has room for fewer. */
const MOST_OF_PORTS = 1000;

/** Warnings about the template of a workload, at `field`. */
export function templateWarnings(template: PodTemplateSpec | undefined, field: string): string[] {
  return podWarnings(template?.spec, (template?.metadata ?? {}) as ObjectMeta, `${field}.`);
}

/** Warnings about a pod; `prefix` is where it stands, with a dot, or nothing. */
export function podWarnings(spec: PodSpec | undefined, metadata: ObjectMeta, prefix = ''): string[] {
  if (!spec) return [];
  const at = `${prefix}spec`;
  const annotations = (metadata.annotations ?? {}) as Readonly<Record<string, string>>;
  const about = (key: string, text: string) => `${prefix}metadata.annotations[${key}]: ${text}`;
  const grace = spec.terminationGracePeriodSeconds ?? 0;
  return [
    ...Object.keys(spec.nodeSelector ?? {}).flatMap((key) =>
      told(oldLabelText(key), `${at}.nodeSelector[${key}]`),
    ),
    ...nodeAffinityWarnings(spec, `${at}.affinity.nodeAffinity`),
    ...spreadWarnings(spec, `${at}.topologySpreadConstraints`),
    ...Object.entries(OLD_ANNOTATIONS).flatMap(([key, text]) =>
      key in annotations ? [about(key, text)] : [],
    ),
    ...(spec.volumes ?? []).flatMap((volume, index) => volumeWarnings(volume, `${at}.volumes[${index}]`)),
    ...(spec.volumes ?? []).flatMap(overlapWarnings),
    ...repeated(
      (spec.hostAliases ?? []).map(({ ip }) => ip),
      (index, ip) => `${at}.hostAliases[${index}].ip: duplicate ip ${ip}`,
    ),
    ...secretWarnings(spec, `${at}.imagePullSecrets`),
    ...fractions({ limits: spec.overhead }, (_, name) => `${at}.overhead[${name}]`),
    ...(!spec.securityContext?.seccompProfile && SECCOMP_OF_POD in annotations
      ? [about(SECCOMP_OF_POD, 'non-functional in v1.27+; use the "seccompProfile" field instead')]
      : []),
    ...containersOf(spec, at).flatMap(([container, place]) => [
      ...(!container.securityContext?.seccompProfile &&
      `${SECCOMP_OF_CONTAINER}${container.name}` in annotations
        ? [
            about(
              `${SECCOMP_OF_CONTAINER}${container.name}`,
              'non-functional in v1.27+; use the "seccompProfile" field instead',
            ),
          ]
        : []),
      ...(prefix === '' ? [] : profileWarnings(container, spec, annotations, about)),
      ...fractions(container.resources ?? {}, (part, name) => `${place}.resources.${part}[${name}]`),
      ...hiddenVariables(container, `${place}.env`),
    ]),
    ...portWarnings(spec, at),
    ...(grace < 0
      ? [
          `${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...podAffinityWarnings(spec.affinity?.podAffinity, `${at}.affinity.podAffinity`),
    ...podAffinityWarnings(spec.affinity?.podAntiAffinity, `${at}.affinity.podAntiAffinity`),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((ip, index) =>
      addressWarnings(ip, `${at}.dnsConfig.nameservers[${index}]`),
    ),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, index) =>
      addressWarnings(ip, `${at}.hostAliases[${index}].ip`),
    ),
  ];
}

const told = (text: string | undefined, field: string): string[] =>
  text === undefined ? [] : [`${field}: ${text}`];

/** A profile that only an annotation names; of a bare pod it is made a field, which is where that is told. */
function profileWarnings(
  { name, securityContext }: Container,
  spec: PodSpec,
  annotations: Readonly<Record<string, string>>,
  about: (key: string, text: string) => string,
): string[] {
  const key = `${APPARMOR_OF_CONTAINER}${name}`;
  const given = annotations[key];
  if (securityContext?.appArmorProfile || given === undefined) return [];
  const ofPod = spec.securityContext?.appArmorProfile;
  return ofPod && jsonEqual(ofPod, profileOf(given)) ? [] : [about(key, OLD_APPARMOR)];
}

function nodeAffinityWarnings({ affinity }: PodSpec, field: string): string[] {
  const { nodeAffinity } = affinity ?? {};
  return [
    ...(nodeAffinity?.[REQUIRED]?.nodeSelectorTerms ?? []).flatMap((one, index) =>
      selectorTermWarnings(one, `${field}.${REQUIRED}.nodeSelectorTerms[${index}]`, false),
    ),
    ...(nodeAffinity?.[PREFERRED] ?? []).flatMap(({ preference }, index) =>
      selectorTermWarnings(preference ?? {}, `${field}.${PREFERRED}[${index}].preference`, true),
    ),
  ];
}

function spreadWarnings({ topologySpreadConstraints = [] }: PodSpec, field: string): string[] {
  return topologySpreadConstraints.flatMap(({ topologyKey, labelSelector }, index) => [
    ...(oldLabelText(topologyKey)
      ? [`${field}[${index}].topologyKey: ${topologyKey} is ${oldLabelText(topologyKey)}`]
      : []),
    ...(labelSelector ? [] : [`${field}[${index}].labelSelector: ${NO_SELECTOR}`]),
  ]);
}

function podAffinityWarnings(affinity: PodAffinity | undefined, field: string): string[] {
  return [
    ...(affinity?.[REQUIRED] ?? []).flatMap(({ labelSelector }, index) =>
      labelSelector ? [] : [`${field}.${REQUIRED}[${index}].labelSelector: ${NO_SELECTOR}`],
    ),
    ...(affinity?.[PREFERRED] ?? []).flatMap(({ podAffinityTerm }, index) =>
      podAffinityTerm?.labelSelector
        ? []
        : [`${field}.${PREFERRED}[${index}].podAffinityTerm.labelSelector: ${NO_SELECTOR}`],
    ),
  ];
}

function volumeWarnings(volume: Volume, field: string): string[] {
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
  return [
    ...OLD_VOLUMES.flatMap(([kind, text]) =>
      volume[kind] === undefined ? [] : [`${field}.${kind === 'storageos' ? 'storageOS' : kind}: ${text}`],
    ),
    ...(claim ? claimSpecWarnings(claim, `${field}.ephemeral.volumeClaimTemplate.spec`) : []),
    ...LAST_VOLUMES.flatMap((kind) =>
      volume[kind] === undefined ? [] : [`${field}.${kind}: deprecated in v1.28, non-functional in v1.31+`],
    ),
  ];
}

function secretWarnings({ imagePullSecrets = [] }: PodSpec, field: string): string[] {
  const names = imagePullSecrets.map(({ name = '' }) => name);
  return [
    ...repeated(names, (index, name) => `${field}[${index}].name: duplicate name ${name}`),
    ...names.flatMap((name, index) => (name ? [] : [`${field}[${index}].name: invalid empty name ""`])),
  ];
}

function repeated(names: readonly string[], text: (index: number, shown: string) => string): string[] {
  const seen = new Set<string>();
  return names.flatMap((name, index) => {
    const isRepeated = seen.has(name);
    seen.add(name);
    return isRepeated ? [text(index, JSON.stringify(name))] : [];
  });
}

/** There is no part of a byte. */
function fractions(
  resources: Partial<Record<'limits' | 'requests', Readonly<Record<string, string | number>> | undefined>>,
  place: (part: string, name: string) => string,
): string[] {
  return ['memory', 'ephemeral-storage'].flatMap((name) =>
    (['limits', 'requests'] as const).flatMap((part) => {
      const amount = resources[part]?.[name];
      const isWhole = amount === undefined || (parseQuantity(amount)?.nano ?? 0n) % NANO === 0n;
      return isWhole
        ? []
        : [
            `${place(part, name)}: fractional byte value ${JSON.stringify(canonicalQuantity(amount))} is invalid, must be an integer`,
          ];
    }),
  );
}

/** A variable that is set twice is lost by apply, unless the second adds to the first. */
function hiddenVariables({ env = [] }: Container, field: string): string[] {
  const seen = new Set<string>();
  return env.flatMap(({ name, value = '', valueFrom }, index) => {
    const reference = `$(${name})`;
    const isAdded = !valueFrom && value !== reference && value.includes(reference);
    const isHiding = seen.has(name) && !isAdded;
    seen.add(name);
    return isHiding
      ? [
          `${field}[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
        ]
      : [];
  });
}

function portWarnings(spec: PodSpec, field: string): string[] {
  const warnings: string[] = [];
  const named: string[] = [];
  const places = new Map<string, { readonly at: string; readonly port: ContainerPort }[]>();
  const names = new Map<string, string>();
  for (const [container, place] of containersOf(spec, field))
    for (const [index, port] of (container.ports ?? []).entries()) {
      const at = `${place}.ports[${index}]`;
      const key = `${port.containerPort}/${port.protocol}`;
      const others = places.get(key) ?? [];
      if (port.hostIP && !port.hostPort) warnings.push(`${at}: hostIP set without hostPort: ${goPort(port)}`);
      for (const other of warnings.length < MOST_OF_PORTS ? others : []) {
        const how = conflictOf(port, other.port);
        if (how) warnings.push(`${at}: ${how} port definition with ${other.at}`);
      }
      if (others.length < MOST_COMPARED) others.push({ at, port });
      places.set(key, others);
      const first = port.name ? names.get(port.name) : undefined;
      if (first)
        named.push(
          `${at}: duplicate port name ${JSON.stringify(port.name)} with ${first}, services and probes that select ports by name will use ${first}`,
        );
      else if (port.name) names.set(port.name, at);
    }
  return [...warnings, ...named];
}

/** A port as Go prints it. */
const goPort = ({ name = '', containerPort, protocol = '', hostIP = '' }: ContainerPort): string =>
  `{Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;

function conflictOf(one: ContainerPort, other: ContainerPort): string | undefined {
  const [ip, otherIp] = [one.hostIP ?? '', other.hostIP ?? ''];
  const [port, otherPort] = [one.hostPort ?? 0, other.hostPort ?? 0];
  if (ip === otherIp && port === otherPort) return 'duplicate';
  if (port === 0 || otherPort === 0) return 'overlapping';
  return port === otherPort && (ip === '') !== (otherIp === '') ? 'dangerously ambiguous' : undefined;
}

/** Every container, and where it stands, in the order Kubernetes visits them. */
function containersOf(spec: PodSpec, field: string): (readonly [Container, string])[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    ((spec[list] ?? []) as readonly Container[]).map(
      (container, index) => [container, `${field}.${list}[${index}]`] as const,
    ),
  );
}
