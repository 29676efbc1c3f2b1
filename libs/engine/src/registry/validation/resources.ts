import type { ResourceRequirements } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import {
  duplicate,
  fieldNotFound,
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  required,
} from '../field-errors.js';
import { dnsLabelProblems, qualifiedNameProblems } from '../names.js';
import { canonicalQuantity, compareQuantities, parseQuantity } from '../quantity.js';

const COMPUTE = ['cpu', 'memory'];
const OF_CONTAINERS = new Set([...COMPUTE, 'ephemeral-storage']);
/** What may be counted without a prefix somewhere: in containers, quotas or limits. */
const STANDARD = new Set([
  ...[...OF_CONTAINERS].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
  ...'pods resourcequotas services replicationcontrollers secrets configmaps persistentvolumeclaims storage'.split(
    ' ',
  ),
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers',
]);
const NANO = 1_000_000_000n;

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
/** Names without a prefix, and those below kubernetes.io, are Kubernetes' own. */
export const isNativeResource = (name: string): boolean =>
  !name.includes('/') || name.includes('kubernetes.io/');
export const isExtended = (name: string): boolean =>
  !isNativeResource(name) &&
  !name.startsWith('requests.') &&
  qualifiedNameProblems(`requests.${name}`).length === 0;
/** Whether more of a resource may be promised than there is. */
export const mayOvercommit = (name: string): boolean => isNativeResource(name) && !isHugePages(name);

/** Whether a resource may be counted anywhere under this name. */
export function resourceNameProblems(name: string): string[] {
  const problems = qualifiedNameProblems(name);
  if (problems.length > 0 || name.includes('/')) return problems;
  return STANDARD.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-')
    ? []
    : ['must be a standard resource type or fully qualified'];
}

/** An amount: not negative, and whole where there are no parts of it. */
export function validateAmount(name: string, amount: string | number, field: string): FieldError[] {
  const nano = parseQuantity(amount)?.nano ?? 0n;
  const errors: FieldError[] = [];
  if (nano < 0n)
    errors.push(
      invalidValue(field, canonicalQuantity(amount) ?? amount, 'must be greater than or equal to 0'),
    );
  if (isWhole(name) && nano % NANO !== 0n)
    errors.push(invalidValue(field, canonicalQuantity(amount) ?? amount, 'must be an integer'));
  return errors;
}

/** What a container asks for and gets at most (ValidateContainerResourceRequirements); `claims` are those of its pod. */
export function validateResources(
  resources: ResourceRequirements | undefined,
  field: string,
  claims: ReadonlySet<string> = new Set(),
): FieldError[] {
  return validateRequirements(resources, field, claims, containerNameProblems);
}

/** What a pod as a whole asks for (validatePodResources). */
export function validatePodResources(
  resources: ResourceRequirements | undefined,
  field: string,
): FieldError[] {
  if (!resources) return [];
  const supported = [...COMPUTE, 'hugepages-'];
  const errors =
    resources.claims === undefined
      ? []
      : [forbiddenField(`${field}.claims`, 'claims may not be set for Resources at pod-level')];
  for (const part of ['limits', 'requests'] as const)
    for (const name of Object.keys(resources[part] ?? {}))
      if (resourceNameProblems(name).length === 0 && !COMPUTE.includes(name) && !isHugePages(name))
        errors.push(notSupported(`${field}.${part}[${name}]`, name, supported.slice(0, 2)));
  return [...errors, ...validateRequirements(resources, field, new Set(), resourceNameProblems)];
}

function validateRequirements(
  resources: ResourceRequirements | undefined,
  field: string,
  claims: ReadonlySet<string>,
  nameProblems: (name: string) => string[],
): FieldError[] {
  if (!resources) return [];
  const { limits = {}, requests = {} } = resources;
  const errors: FieldError[] = [];
  for (const [part, list] of [
    ['limits', limits],
    ['requests', requests],
  ] as const)
    for (const [name, amount] of Object.entries(list).sort(byName)) {
      const at = `${field}.${part}[${name}]`;
      errors.push(...invalidEach(at, name, nameProblems(name)), ...validateAmount(name, amount, at));
      if (part === 'requests') errors.push(...validateRequest(name, amount, limits[name], field));
      if (isHugePages(name) && !isMultiple(name, amount))
        errors.push(
          invalidValue(
            at,
            String(amount),
            `${canonicalQuantity(amount)} is not positive integer multiple of ${name}`,
          ),
        );
    }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.some((name) => COMPUTE.includes(name)))
    errors.push(forbiddenField(field, 'HugePages require cpu or memory'));
  return [...errors, ...validateClaims(resources.claims ?? [], `${field}.claims`, claims)];
}

function validateRequest(
  name: string,
  amount: string | number,
  limit: string | number | undefined,
  field: string,
): FieldError[] {
  const written = canonicalQuantity(amount) ?? amount;
  if (limit === undefined)
    return mayOvercommit(name)
      ? []
      : [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')];
  const compared = compareQuantities(amount, limit);
  const bound = `${name} limit of ${canonicalQuantity(limit)}`;
  if (compared !== 0 && !mayOvercommit(name))
    return [invalidValue(`${field}.requests`, written, `must be equal to ${bound}`)];
  return compared > 0
    ? [invalidValue(`${field}.requests`, written, `must be less than or equal to ${bound}`)]
    : [];
}

function validateClaims(
  claims: NonNullable<ResourceRequirements['claims']>,
  field: string,
  known: ReadonlySet<string>,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  const listed = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
  for (const [index, { name, request }] of claims.entries()) {
    const at = `${field}[${index}]`;
    if (!name) {
      errors.push(required(at));
      continue;
    }
    const key = request ? `${name}/${request}` : name;
    if (request && !seen.has(name))
      errors.push(...invalidEach(`${at}.request`, request, dnsLabelProblems(request)));
    const isPart = !request && [...seen].some((one) => one.startsWith(`${name}/`));
    if (seen.has(name) || seen.has(key) || isPart) errors.push(duplicate(at, seen.has(name) ? name : key));
    seen.add(key);
    if (known.has(name)) continue;
    const missing = fieldNotFound(at, name);
    errors.push({
      ...missing,
      message: `${missing.message}: must be one of the names in pod.spec.resourceClaims${listed}`,
    });
  }
  return errors;
}

/** Whether containers may ask for a resource under this name. */
export function containerNameProblems(name: string): string[] {
  const problems = resourceNameProblems(name);
  if (!name.includes('/'))
    return OF_CONTAINERS.has(name) || isHugePages(name)
      ? problems
      : [...problems, 'must be a standard resource for containers'];
  return isNativeResource(name) || isExtended(name)
    ? problems
    : [...problems, "doesn't follow extended resource name standard"];
}

function isWhole(name: string): boolean {
  return (
    /^(pods|resourcequotas|services|replicationcontrollers|secrets|configmaps|persistentvolumeclaims|services\.nodeports|services\.loadbalancers)$/.test(
      name,
    ) || isExtended(name)
  );
}

function isMultiple(name: string, amount: string | number): boolean {
  const page = parseQuantity(name.slice('hugepages-'.length))?.nano ?? 0n;
  const nano = parseQuantity(amount)?.nano ?? 0n;
  return page > 0n && nano % page === 0n;
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
