import { parseQuantity } from './registry/quantity.js';

/* Quantities as plain numbers, for arithmetic where a double is enough: how they are written is known in one place. */

/** Quantities are few and come again and again; this many are remembered before the memory starts over. */
const REMEMBERED_QUANTITIES = 4096;
const NANO = 1_000_000_000n;
const remembered = new Map<string, number>();

/** The value of a quantity in its unit (cores, bytes); 0 when it is missing or not one. */
export function quantityValue(quantity: string | number | undefined): number {
  if (quantity === undefined) return 0;
  if (typeof quantity === 'number') return quantity;
  const known = remembered.get(quantity);
  if (known !== undefined) return known;
  const nano = parseQuantity(quantity.trim())?.nano ?? 0n;
  // Whole units and the rest apart: together they have more digits than a double.
  const value = Number(nano / NANO) + Number(nano % NANO) / Number(NANO);
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
