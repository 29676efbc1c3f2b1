import { CodedError } from '@lotse/manifests';

/** Resources and actions of Argo CD's policy format. */
export const POLICY_RESOURCES = [
  'applications',
  'applicationsets',
  'clusters',
  'projects',
  'repositories',
  'accounts',
  'certificates',
  'gpgkeys',
  'logs',
  'exec',
  'settings',
  'audit',
] as const;
export type PolicyResource = (typeof POLICY_RESOURCES)[number];
/** Fine-grained actions such as `action/apps/Deployment/restart` are text after the verb. */
export type PolicyAction =
  | 'get'
  | 'create'
  | 'update'
  | 'delete'
  | 'sync'
  | 'override'
  | 'rollback'
  | 'invoke'
  | `action/${string}`
  | `update/${string}`
  | `delete/${string}`;

/** One `p` line. */
export interface PolicyRule {
  readonly subject: string;
  readonly resource: string;
  readonly action: string;
  readonly object: string;
  readonly effect: 'allow' | 'deny';
}

/** A parsed policy: its rules, and who is in which role. */
export interface Policy {
  readonly rules: readonly PolicyRule[];
  readonly memberships: ReadonlyMap<string, ReadonlySet<string>>;
}

/** More text than this is no policy somebody wrote. */
const MAX_POLICY_LENGTH = 256 * 1024;

/** Roles every server has: everything, and reading everything but logs' and exec's write side. */
export const BUILT_IN_POLICY = `
p, role:admin, *, *, *, allow
p, role:readonly, applications, get, */*, allow
p, role:readonly, applicationsets, get, */*, allow
p, role:readonly, clusters, get, *, allow
p, role:readonly, projects, get, *, allow
p, role:readonly, repositories, get, *, allow
p, role:readonly, accounts, get, *, allow
p, role:readonly, certificates, get, *, allow
p, role:readonly, gpgkeys, get, *, allow
p, role:readonly, logs, get, */*, allow
p, role:readonly, settings, get, *, allow
g, role:admin, role:readonly
g, admin, role:admin
`;

/**
 * Reads Argo CD's policy lines: `p, subject, resource, action, object, allow|deny` and `g, subject, role`.
 * @throws CodedError `policy_invalid` with the line.
 */
export function parsePolicy(text: string): Policy {
  if (text.length > MAX_POLICY_LENGTH)
    throw new CodedError('policy_invalid', `The policy is longer than ${MAX_POLICY_LENGTH} characters.`);
  const rules: PolicyRule[] = [];
  const memberships = new Map<string, Set<string>>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const parts = line.split(',').map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
    const [type, subject, second, action, object, effect = 'allow'] = parts;
    if (type === 'g' && parts.length === 3 && subject && second) {
      const roles = memberships.get(subject) ?? new Set();
      memberships.set(subject, roles.add(second));
    } else if (
      type === 'p' &&
      (parts.length === 5 || parts.length === 6) &&
      subject &&
      second &&
      action &&
      object &&
      (effect === 'allow' || effect === 'deny')
    ) {
      rules.push({ subject, resource: second, action, object, effect });
    } else {
      throw new CodedError(
        'policy_invalid',
        `Line ${index + 1} of the policy isn't "p, subject, resource, action, object, allow|deny" or "g, subject, role".`,
        { line: index + 1 },
      );
    }
  }
  return { rules, memberships };
}

/** Joins policies; later ones add to earlier ones. */
export function joinPolicies(...policies: readonly Policy[]): Policy {
  const memberships = new Map<string, Set<string>>();
  for (const policy of policies)
    for (const [subject, roles] of policy.memberships) {
      const all = memberships.get(subject) ?? new Set<string>();
      for (const role of roles) all.add(role);
      memberships.set(subject, all);
    }
  return { rules: policies.flatMap((policy) => policy.rules), memberships };
}

/** Everything a subject is: itself, its groups, and the roles those lead to. */
export function rolesOf(policy: Policy, subjects: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>(subjects);
  for (const name of found) for (const role of policy.memberships.get(name) ?? []) found.add(role);
  return found;
}

/** May one of these subjects do this? Some rule allows it and none denies it. */
export function decide(
  policy: Policy,
  subjects: readonly string[],
  resource: string,
  action: string,
  object: string,
): boolean {
  const roles = rolesOf(policy, subjects);
  let allowed = false;
  for (const rule of policy.rules) {
    if (!roles.has(rule.subject)) continue;
    if (
      !matchesGlob(rule.resource, resource) ||
      !matchesGlob(rule.action, action) ||
      !matchesGlob(rule.object, object)
    )
      continue;
    if (rule.effect === 'deny') return false;
    allowed = true;
  }
  return allowed;
}

/**
 * Globs of policies: `*` stands for any text, also across `/`; `?` for one character. Linear in the length of the
 * text for each star, so that no pattern can take long.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
