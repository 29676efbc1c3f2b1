import type { FieldError } from '../../api/api-error.js';
import type {
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from '../../types/index.js';
import { forbiddenField, invalidEach, invalidValue, notSupported, required } from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems } from '../names.js';
import type { Sent } from './sent.js';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const SUBJECT_KINDS = ['Group', 'ServiceAccount', 'User'];
const ANY = '*';

/** Whose requests for what a flow schema is about (pkg/apis/flowcontrol/validation). */
export function validateFlowRule(rule: Sent<PolicyRulesWithSubjects>, field: string): FieldError[] {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rule;
  return [
    ...(subjects.length === 0
      ? [required(`${field}.subjects`, 'subjects must contain at least one value')]
      : subjects.flatMap((subject, index) => validateSubject(subject, `${field}.subjects[${index}]`))),
    ...(resourceRules.length === 0 && nonResourceRules.length === 0
      ? [required(field, 'at least one of resourceRules and nonResourceRules has to be non-empty')]
      : []),
    ...resourceRules.flatMap((one, index) => validateResources(one, `${field}.resourceRules[${index}]`)),
    ...nonResourceRules.flatMap((one, index) => validatePaths(one, `${field}.nonResourceRules[${index}]`)),
  ];
}

function validateSubject(subject: Sent<Subject>, field: string): FieldError[] {
  const { kind = '' } = subject;
  if (!SUBJECT_KINDS.includes(kind)) return [notSupported(`${field}.kind`, kind, SUBJECT_KINDS)];
  const others = (['serviceAccount', 'user', 'group'] as const)
    .map((key) => ({ key, only: `${key.charAt(0).toUpperCase()}${key.slice(1)}` }))
    .filter(({ key, only }) => only !== kind && subject[key] !== undefined)
    .map(({ key, only }) =>
      forbiddenField(`${field}.${key}`, `${key} is forbidden when subject kind is not '${only}'`),
    );
  return [...validateNamed(subject, kind, field), ...others];
}

function validateNamed(subject: Sent<Subject>, kind: string, field: string): FieldError[] {
  const key = kind === 'ServiceAccount' ? 'serviceAccount' : kind === 'User' ? 'user' : 'group';
  const at = `${field}.${key}`;
  const named = subject[key] as { readonly name?: string } | undefined;
  if (!named) return [required(at, `${key} is required when subject kind is '${kind}'`)];
  const errors: FieldError[] = named.name ? [] : [required(`${at}.name`)];
  if (key !== 'serviceAccount') return errors;
  const { name = '', namespace } = named as { readonly name?: string; readonly namespace?: string };
  if (name !== '' && name !== ANY)
    errors.push(...invalidEach(`${at}.name`, name, dnsSubdomainProblems(name)));
  if (!namespace) errors.push(required(`${at}.namespace`, 'must specify namespace for service account'));
  else errors.push(...invalidEach(`${at}.namespace`, namespace, dnsLabelProblems(namespace)));
  return errors;
}

function validateVerbs(verbs: readonly string[], field: string): FieldError[] {
  if (verbs.length === 0) return [required(field, 'verbs must contain at least one value')];
  if (verbs.includes(ANY)) return alone(verbs, field, 'verbs');
  return verbs.every((verb) => VERBS.includes(verb)) ? [] : [notSupported(field, verbs, VERBS)];
}

/** An asterisk says it all. */
function alone(words: readonly string[], field: string, what: string): FieldError[] {
  return words.length > 1 && words.includes(ANY)
    ? [invalidValue(field, words, `if '*' is present, must not specify other ${what}`)]
    : [];
}

function validateResources(rule: Sent<ResourcePolicyRule>, field: string): FieldError[] {
  const { verbs = [], apiGroups = [], resources = [], namespaces = [], clusterScope = false } = rule;
  const atLeastOne = (words: readonly string[], at: string, one: string, many: string) =>
    words.length === 0
      ? [required(at, `resource rules must supply at least one ${one}`)]
      : alone(words, at, many);
  const errors = [
    ...validateVerbs(verbs, `${field}.verbs`),
    ...atLeastOne(apiGroups, `${field}.apiGroups`, 'api group', 'api groups'),
    ...atLeastOne(resources, `${field}.resources`, 'resource', 'resources'),
  ];
  const at = `${field}.namespaces`;
  if (namespaces.length === 0 && !clusterScope)
    errors.push(
      required(at, 'resource rules that are not cluster scoped must supply at least one namespace'),
    );
  else if (namespaces.includes(ANY)) errors.push(...alone(namespaces, at, 'namespaces'));
  else
    for (const [index, namespace] of namespaces.entries())
      for (const problem of dnsLabelProblems(namespace))
        errors.push(
          invalidValue(
            `${at}[${index}]`,
            namespace,
            `each member of this list must be '*' or a DNS-1123 label; ${problem}`,
          ),
        );
  return errors;
}

function validatePaths(
  { verbs = [], nonResourceURLs = [] }: Sent<NonResourcePolicyRule>,
  field: string,
): FieldError[] {
  const at = `${field}.nonResourceURLs`;
  const errors = validateVerbs(verbs, `${field}.verbs`);
  if (nonResourceURLs.length === 0)
    return [...errors, required(at, 'nonResourceURLs must contain at least one value')];
  if (nonResourceURLs.includes(ANY)) return [...errors, ...alone(nonResourceURLs, at, 'non-resource URLs')];
  for (const [index, path] of nonResourceURLs.entries()) {
    const problem = pathProblem(path);
    if (problem !== undefined) errors.push(invalidValue(`${at}[${index}]`, path, problem));
  }
  return errors;
}

function pathProblem(path: string): string | undefined {
  if (path === '') return 'must not be empty';
  if (path === '/') return undefined;
  if (!path.startsWith('/')) return 'must start with slash';
  if (path.includes(' ')) return 'must not contain white-space';
  if (path.includes('//')) return 'must not contain double slash';
  const first = path.indexOf(ANY);
  return first >= 0 && (first !== path.length - 1 || !path.endsWith('/*'))
    ? 'wildcard can only do suffix matching'
    : undefined;
}
