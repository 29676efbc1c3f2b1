import type { LabelSelector } from '../types/index.js';

type Labels = Readonly<Record<string, string>> | undefined;

const has = (labels: Labels, key: string): boolean => labels !== undefined && Object.hasOwn(labels, key);

/** True when every label of `wanted` is there with its value. An empty selector matches everything. */
export function matchesLabels(wanted: Labels, labels: Labels): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => has(labels, key) && labels?.[key] === value);
}

/**
 * Whether a LabelSelector selects these labels (meta/v1 LabelSelectorAsSelector): a missing selector matches nothing, an
 * empty one everything.
 */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector || !matchesLabels(selector.matchLabels, labels)) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values }) => {
    const value = has(labels, key) ? labels?.[key] : undefined;
    switch (operator) {
      case 'In':
        return value !== undefined && (values ?? []).includes(value);
      case 'NotIn':
        return value === undefined || !(values ?? []).includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return false;
    }
  });
}
