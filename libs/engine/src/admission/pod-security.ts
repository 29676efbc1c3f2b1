import { forbidden, invalid } from '../api/api-error.js';
import type { AdmissionRequest } from './admission-request.js';
import type { Store } from '../store/store.js';
import type { Container, CronJobSpec, DeploymentSpec, Namespace, Pod } from '../types/index.js';
import type { AdmissionPlugin } from './plugin.js';
import type { CheckedPod } from './pod-security/check.js';
import { describeViolations, violationsOf } from './pod-security/evaluate.js';
import { DEFAULT_POD_SECURITY, type PodSecurityConfiguration } from './pod-security/configuration.js';
import {
  isStricter,
  levelText,
  readPolicy,
  type LevelVersion,
  type SecurityPolicy,
} from './pod-security/policy.js';

/** How many pods of a namespace are looked at when its labels change; as in Kubernetes. */
const MOST_PODS = 3_000;
/** Where audit events tell what was found. */
const AUDIT_PREFIX = 'pod-security.kubernetes.io/';
const LABEL_PREFIX = AUDIT_PREFIX;
/** Groups whose workloads have pods in their templates. */
const TEMPLATES = new Set(['/replicationcontrollers', '/podtemplates']);

/**
 * The Pod Security Standards a namespace asks for by its labels (pod-security-admission): `enforce` refuses pods, `warn` tells about
 * pods and templates of pods, `audit` notes the same in the audit log, and changed labels are checked against the pods there are.
 */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validate(request, { store, podSecurity: configuration = DEFAULT_POD_SECURITY }) {
    const { resource, operation, subresource } = request;
    if (operation === 'DELETE') return;
    if (resource.group === '' && resource.resource === 'namespaces') {
      if (subresource === undefined) checkNamespace(request, store, configuration);
      return;
    }
    const checked = checkedPod(request);
    if (!checked) return;
    const { namespace: place = '', name = '' } = request.object.metadata;
    const { exemptions, defaults } = configuration;
    const exempt = (reason: string): void => request.audit?.(`${AUDIT_PREFIX}exempt`, reason);
    if (exemptions.namespaces.has(place)) return exempt('namespace');
    if (exemptions.usernames.has(request.requester.user)) return exempt('user');
    const namespace = store.get('/namespaces', `/${place}`) as Namespace | undefined;
    const { policy, errors } = readPolicy(namespace?.metadata.labels, defaults);
    const looks = Object.entries(policy).some(
      ([mode, { level }]) => level !== 'privileged' && (checked.isPod || mode !== 'enforce'),
    );
    if (looks && exemptions.runtimeClasses.has(checked.pod.spec?.runtimeClassName ?? ''))
      return exempt('runtimeClass');
    if (errors.length > 0) {
      const told = errors.map(({ field, message }) => `${field}: ${message}`);
      const all = told.length > 1 ? `[${told.join(', ')}]` : told.join('');
      request.audit?.(`${AUDIT_PREFIX}error`, `Failed to parse policy: ${all}`);
    }
    const violated = (wanted: LevelVersion): string | undefined => {
      const violations = violationsOf(checked.pod, wanted);
      return violations.length > 0
        ? `PodSecurity ${JSON.stringify(levelText(wanted))}: ${describeViolations(violations)}`
        : undefined;
    };
    if (checked.isPod) request.audit?.(`${AUDIT_PREFIX}enforce-policy`, levelText(policy.enforce));
    const refusal = checked.isPod ? violated(policy.enforce) : undefined;
    const audited = violated(policy.audit);
    if (audited !== undefined) request.audit?.(`${AUDIT_PREFIX}audit-violations`, `would violate ${audited}`);
    if (refusal !== undefined) throw forbidden(resource, name, `violates ${refusal}`);
    const warning = violated(policy.warn);
    if (warning !== undefined) request.warn?.(`would violate ${warning}`);
  },
};

/** The pod a request is about, or would make: workloads have one in their template. */
function checkedPod(request: AdmissionRequest): { pod: CheckedPod; isPod: boolean } | undefined {
  const { resource, subresource, object, old } = request;
  const key = `${resource.group}/${resource.resource}`;
  if (key === '/pods') {
    if (subresource !== undefined && subresource !== 'ephemeralcontainers') return undefined;
    const isSame = old !== undefined && !changesWhatRuns(object as Pod, old as Pod);
    return isSame ? undefined : { pod: object as Pod, isPod: true };
  }
  if (subresource !== undefined) return undefined;
  if (!TEMPLATES.has(key) && !['apps', 'batch'].includes(resource.group)) return undefined;
  const owner = object as { spec?: Partial<DeploymentSpec & CronJobSpec>; template?: CheckedPod };
  const { spec } = owner;
  const template = spec?.jobTemplate?.spec?.template ?? spec?.template ?? owner.template;
  return template?.spec && { pod: template, isPod: false };
}

/** Of what a pod may change, images and new containers count. */
function changesWhatRuns(pod: Pod, old: Pod): boolean {
  const images = ({ spec }: Pod): string =>
    JSON.stringify(
      [spec?.initContainers, spec?.containers, spec?.ephemeralContainers].map((list) =>
        ((list ?? []) as Container[]).map(({ name, image }) => [name, image]),
      ),
    );
  return images(pod) !== images(old);
}

/** Refuses labels that say nothing known, and tells which pods the new ones would have kept out. */
function checkNamespace(
  request: AdmissionRequest,
  store: Store,
  { defaults, exemptions }: PodSecurityConfiguration,
): void {
  const { labels = {}, name = '' } = request.object.metadata;
  const now = readPolicy(labels, defaults);
  const before = request.old && readPolicy(request.old.metadata.labels, defaults);
  const isNews = !before || JSON.stringify(now.errors) !== JSON.stringify(before.errors);
  if (now.errors.length > 0 && isNews) throw invalid(request.resource, name, now.errors);
  const { enforce } = now.policy;
  const was = before?.policy.enforce;
  if (was && enforce.level === 'privileged') return;
  if (was?.minor === enforce.minor && !isStricter(enforce.level, was.level)) return;
  if (exemptions.namespaces.has(name)) {
    const ignored = ignoredPolicy(now.policy, labels, defaults);
    if (ignored !== undefined)
      request.warn?.(
        `namespace ${JSON.stringify(name)} is exempt from Pod Security, and the policy (${ignored}) will be ignored`,
      );
    return;
  }
  if (!was) return;
  for (const warning of podWarnings(store, name, enforce, exemptions.runtimeClasses)) request.warn?.(warning);
}

/** What the labels of an exempt namespace ask for in vain; undefined when that is nothing. */
function ignoredPolicy(
  policy: SecurityPolicy,
  labels: Readonly<Record<string, string>>,
  defaults: SecurityPolicy,
): string | undefined {
  const modes = ['enforce', 'audit', 'warn'] as const;
  const isSame = modes.every((mode) => levelText(policy[mode]) === levelText(defaults[mode]));
  if (isSame || modes.every((mode) => policy[mode].level === 'privileged')) return undefined;
  return modes
    .filter((mode) => policy[mode].level !== 'privileged')
    .filter((mode) => ['', '-version'].some((end) => labels[`${LABEL_PREFIX}${mode}${end}`] !== undefined))
    .map((mode) => `${mode}=${levelText(policy[mode])}`)
    .join(', ');
}

function podWarnings(
  store: Store,
  namespace: string,
  wanted: LevelVersion,
  exemptClasses: ReadonlySet<string>,
): string[] {
  const pods = (store.table('/pods').by('namespace', namespace) as Pod[]).filter(
    ({ spec }) => !exemptClasses.has(spec?.runtimeClassName ?? ''),
  );
  const found = new Map<string, string[]>();
  for (const pod of pods.slice(0, MOST_PODS)) {
    const reasons = violationsOf(pod, wanted).map(({ reason }) => reason);
    if (reasons.length === 0) continue;
    const text = reasons.join(', ');
    found.set(text, [...(found.get(text) ?? []), pod.metadata.name ?? '']);
  }
  const warnings: string[] = [];
  if (pods.length > MOST_PODS)
    warnings.push(
      `new PodSecurity enforce level only checked against the first ${MOST_PODS} of ${pods.length} existing pods`,
    );
  if (found.size === 0) return warnings;
  warnings.push(
    `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${JSON.stringify(levelText(wanted))}`,
  );
  const lines = [...found].map(([text, names]) => {
    const [first = ''] = names.toSorted();
    const others = names.length - 1;
    if (others === 0) return `${first}: ${text}`;
    return `${first} (and ${others} other pod${others === 1 ? '' : 's'}): ${text}`;
  });
  return [...warnings, ...lines.sort()];
}
