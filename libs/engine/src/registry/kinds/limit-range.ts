import type { LimitRange, LimitRangeItem } from '../../types/index.js';
import { invalidValue, required } from '../field-errors.js';
import { each, fill, within } from '../fill.js';
import { compareQuantities } from '../quantity.js';
import type { Strategy } from '../resource.js';

/** For containers the default follows from the largest, the default request from the default or the smallest. */
function defaultItem(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== 'Container') return item;
  const limits = fill(item.default ?? {}, item.max ?? {});
  const requests = fill(fill(item.defaultRequest ?? {}, limits), item.min ?? {});
  const filled = fill(item, { default: limits, defaultRequest: requests });
  if (limits === (item.default ?? limits) && requests === (item.defaultRequest ?? requests)) return filled;
  return { ...filled, default: limits, defaultRequest: requests };
}

/** v1 LimitRange. */
export const limitRangeStrategy: Strategy<LimitRange> = {
  generation: false,
  allowCreateOnUpdate: true,
  defaults: (range) =>
    within(range, 'spec', (spec) => within(spec, 'limits', (limits) => each(limits, defaultItem))),
  validate({ spec }) {
    const errors = [];
    for (const [index, item] of (spec?.limits ?? []).entries()) {
      const at = `spec.limits[${index}]`;
      if (!item.type) errors.push(required(`${at}.type`));
      for (const [name, smallest] of Object.entries(item.min ?? {})) {
        const largest = item.max?.[name];
        if (largest !== undefined && compareQuantities(smallest, largest) > 0)
          errors.push(
            invalidValue(
              `${at}.min[${name}]`,
              smallest,
              `min value ${smallest} is greater than max value ${largest}`,
            ),
          );
      }
    }
    return errors;
  },
};
