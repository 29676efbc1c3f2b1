import type { TopologySpreadConstraint } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { duplicate, invalidValue, notSupported, required } from '../field-errors.js';
import { validateLabelKeys } from './affinity.js';
import { positive } from './numbers.js';
import { noneOrOneOf } from './paths.js';
import { validateSelector } from './selectors.js';

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const POLICIES = ['Honor', 'Ignore'];

/** How pods spread over zones and nodes (validateTopologySpreadConstraints). */
export function validateTopologySpread(
  constraints: readonly TopologySpreadConstraint[],
  field: string,
): FieldError[] {
  const last = new Map(constraints.map((one, index) => [keyOf(one), index]));
  return constraints.flatMap((constraint, index) => {
    const at = `${field}[${index}]`;
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains, matchLabelKeys, labelSelector } = constraint;
    const errors = positive(maxSkew ?? 0, `${at}.maxSkew`);
    if (!topologyKey) errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    if (!ACTIONS.includes(whenUnsatisfiable))
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable ?? '', ACTIONS));
    if (last.get(keyOf(constraint)) !== index)
      errors.push(
        duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`),
      );
    if (minDomains !== undefined) {
      errors.push(...positive(minDomains, `${at}.minDomains`));
      if (whenUnsatisfiable !== 'DoNotSchedule')
        errors.push(
          invalidValue(
            `${at}.minDomains`,
            minDomains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable ?? ''}`,
          ),
        );
    }
    for (const policy of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const)
      errors.push(...noneOrOneOf(constraint[policy], `${at}.${policy}`, POLICIES));
    return [
      ...errors,
      ...validateLabelKeys(at, matchLabelKeys, [], labelSelector),
      ...validateSelector(labelSelector, `${at}.labelSelector`),
    ];
  });
}

/** What no two constraints may share. */
const keyOf = ({ topologyKey, whenUnsatisfiable }: TopologySpreadConstraint): string =>
  JSON.stringify([topologyKey, whenUnsatisfiable]);
