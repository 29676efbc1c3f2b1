/* Kubernetes quantities (`100m`, `1.5Gi`, `2e3`) as numbers. */

const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Quantities are few and come again and again; this many are remembered before the memory starts over. */
const REMEMBERED_QUANTITIES = 4096;
const remembered = new Map<string, number>();

/** The value of a quantity in its unit (cores, bytes); 0 when it is missing or not one. */
export function quantityValue(quantity: string | number | undefined): number {
  if (quantity === undefined) return 0;
  if (typeof quantity === 'number') return quantity;
  const known = remembered.get(quantity);
  if (known !== undefined) return known;
  const match = /^([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(
    quantity.trim(),
  );
  const value = match ? Number(match[1]) * (SUFFIXES[match[2] ?? ''] ?? 0) : 0;
  if (remembered.size >= REMEMBERED_QUANTITIES) remembered.clear();
  remembered.set(quantity, value);
  return value;
}

/** Thousandths, rounded up as Kubernetes rounds (Quantity.MilliValue): cores to millicores. */
export function milliValue(quantity: string | number | undefined): number {
  return Math.ceil(Number((quantityValue(quantity) * 1000).toFixed(6)));
}

/** Whole units, rounded up (Quantity.Value). */
export function wholeValue(quantity: string | number | undefined): number {
  return Math.ceil(Number(quantityValue(quantity).toFixed(6)));
}
