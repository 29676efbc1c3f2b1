import type { FieldError } from '../../api/api-error.js';
import type { ResourceQuota, ResourceQuotaSpec } from '../../types/index.js';
import { invalidValue, required } from '../field-errors.js';
import type { Strategy } from '../resource.js';
import { COUNTED, validateQuotaAmounts } from '../validation/quota-amounts.js';
import { validateQuotaStatus } from '../validation/status/quota-status.js';

const COMPUTE = ['cpu', 'memory'].flatMap((name) => [name, `limits.${name}`, `requests.${name}`]);
const OF_PODS = new Set(['pods', ...COMPUTE]);
/** What every scope can be counted with. */
const SCOPES: Readonly<Record<string, ReadonlySet<string>>> = {
  Terminating: OF_PODS,
  NotTerminating: OF_PODS,
  BestEffort: new Set(['pods']),
  NotBestEffort: OF_PODS,
  PriorityClass: OF_PODS,
  CrossNamespacePodAffinity: OF_PODS,
  VolumeAttributesClass: new Set(['persistentvolumeclaims', 'requests.storage']),
};
/** Scopes that are there or not, and have no values. */
const PLAIN = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];
/** Findings after which no further scope is looked at: each of them shows all scopes. */
const MOST_FINDINGS = 100;
const OPPOSITES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

/** v1 ResourceQuota (ValidateResourceQuotaSpec). */
export const resourceQuotaStrategy: Strategy<ResourceQuota> = {
  generation: false,
  validate: ({ spec }) => (spec ? specErrors(spec) : []),
  validateUpdate({ spec }, old) {
    const scopesOf = (one: ResourceQuotaSpec | undefined): string =>
      JSON.stringify([...new Set(one?.scopes ?? [])].sort());
    if (scopesOf(spec) === scopesOf(old.spec)) return [];
    return [invalidValue('spec.scopes', spec?.scopes ?? null, 'field is immutable')];
  },
  validateStatus: validateQuotaStatus,
};

function specErrors({ hard = {}, scopes = [], scopeSelector }: ResourceQuotaSpec): FieldError[] {
  const names = Object.keys(hard);
  const errors = validateQuotaAmounts(hard, 'spec.hard');
  const counted = names.filter((name) => COUNTED.test(name));
  const misplaced = (scope: string): number => {
    const fitting = Object.hasOwn(SCOPES, scope) ? SCOPES[scope] : undefined;
    return fitting ? counted.filter((name) => !fitting.has(name)).length : 0;
  };
  const isEnough = (): boolean => errors.length >= MOST_FINDINGS;
  for (const scope of new Set(scopes)) {
    if (isEnough()) break;
    if (!Object.hasOwn(SCOPES, scope)) errors.push(invalidValue('spec.scopes', scopes, 'unsupported scope'));
    for (let found = misplaced(scope); found > 0 && !isEnough(); found--)
      errors.push(invalidValue('spec.scopes', scopes, 'unsupported scope applied to resource'));
  }
  errors.push(...conflicts(scopes, 'spec.scopes', scopes));
  const at = 'spec.scopeSelector.matchExpressions';
  const requirements = scopeSelector?.matchExpressions ?? [];
  for (const { scopeName, operator, values = [] } of requirements) {
    if (isEnough()) break;
    if (!Object.hasOwn(SCOPES, scopeName))
      errors.push(invalidValue(`${at}.scopeName`, scopeName, 'unsupported scope'));
    for (let found = misplaced(scopeName); found > 0 && !isEnough(); found--)
      errors.push(invalidValue(at, scopeSelector, 'unsupported scope applied to resource'));
    if (PLAIN.includes(scopeName) && operator !== 'Exists')
      errors.push(
        invalidValue(
          `${at}.operator`,
          operator,
          "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
        ),
      );
    errors.push(...operatorErrors(operator, values, at));
  }
  errors.push(
    ...conflicts(
      requirements.map(({ scopeName }) => scopeName),
      at,
      scopes,
    ),
  );
  return errors;
}

function operatorErrors(operator: string, values: readonly string[], at: string): FieldError[] {
  if (operator === 'In' || operator === 'NotIn')
    return values.length > 0
      ? []
      : [
          required(
            `${at}.values`,
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
          ),
        ];
  if (operator !== 'Exists' && operator !== 'DoesNotExist')
    return [invalidValue(`${at}.operator`, operator, 'not a valid selector operator')];
  return values.length === 0
    ? []
    : [
        invalidValue(
          `${at}.values`,
          values,
          "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
        ),
      ];
}

function conflicts(given: readonly string[], field: string, shown: readonly string[]): FieldError[] {
  return OPPOSITES.filter((pair) => pair.every((scope) => given.includes(scope))).map(() =>
    invalidValue(field, shown, 'conflicting scopes'),
  );
}
