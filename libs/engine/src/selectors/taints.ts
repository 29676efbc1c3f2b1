import type { Taint, Toleration } from '../types/index.js';

/** Whether a toleration covers a taint (core/v1 Toleration.ToleratesTaint). */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator ?? 'Equal') {
    case 'Exists':
      return true;
    case '':
    case 'Equal':
      return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
    case 'Gt':
      return comparesAs(toleration, taint, (taintValue, wanted) => taintValue > wanted);
    case 'Lt':
      return comparesAs(toleration, taint, (taintValue, wanted) => taintValue < wanted);
    default:
      return false;
  }
}

function comparesAs(toleration: Toleration, taint: Taint, test: (a: number, b: number) => boolean): boolean {
  if (!/^-?\d+$/.test(toleration.value ?? '') || !/^-?\d+$/.test(taint.value ?? '')) return false;
  return test(Number(taint.value), Number(toleration.value));
}

/** The first taint with one of `effects` that none of the tolerations covers. */
export function untolerated(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly string[],
): Taint | undefined {
  return taints?.find(
    (taint) =>
      effects.includes(taint.effect) && !tolerations?.some((toleration) => tolerates(toleration, taint)),
  );
}
