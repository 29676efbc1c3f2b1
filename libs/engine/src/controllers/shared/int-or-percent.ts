import type { IntOrString } from '../../types/index.js';

/** A count, or a percentage of `total` rounded up or down (intstr.GetScaledValueFromIntOrPercent). */
export function scaledValue(
  value: IntOrString | undefined,
  total: number,
  round: 'up' | 'down',
  fallback: IntOrString,
): number {
  const given = value ?? fallback;
  if (typeof given === 'number') return given;
  const percent = Number(given.replace(/%$/, ''));
  const exact = (total * percent) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
