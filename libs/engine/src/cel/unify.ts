import { heldBy, partsOf, sameType, withParts, DYN, type CelStatic } from './types.js';

const isAny = ({ kind }: CelStatic): boolean => kind === 'dyn' || kind === 'error';

/** What the types not yet known have turned out to be. */
export class Substitutions {
  #known: ReadonlyMap<string, CelStatic> = new Map();
  #made = 0;

  /** A type nothing is known about. */
  fresh(): CelStatic {
    this.#made += 1;
    return { kind: 'param', name: `_var${this.#made - 1}` };
  }

  /** True when a value of type `a` can stand where `b` is wanted; what that says about unknown types is kept. */
  assign(a: CelStatic, b: CelStatic): boolean {
    return this.assignAll([a], [b]);
  }

  /** The same for arguments; nothing is kept unless all fit. */
  assignAll(given: readonly CelStatic[], wanted: readonly CelStatic[]): boolean {
    const attempt = new Map(this.#known);
    if (!allFit(attempt, given, wanted)) return false;
    this.#known = attempt;
    return true;
  }

  /** A type with all that is known put in; what is not known stays, or becomes `dyn`. */
  resolve(type: CelStatic, unknownAsDyn = false): CelStatic {
    if (type.kind === 'param') {
      const found = this.#known.get(type.name);
      if (found) return this.resolve(found, unknownAsDyn);
      return unknownAsDyn ? DYN : type;
    }
    return partsOf(type).length === 0 ? type : withParts(type, (part) => this.resolve(part, unknownAsDyn));
  }
}

/** The wider of two types that fit together. */
export function wider(a: CelStatic, b: CelStatic): CelStatic {
  return isNoNarrower(a, b) ? a : b;
}

function isNoNarrower(a: CelStatic, b: CelStatic): boolean {
  if (a.kind === 'dyn' || a.kind === 'param') return true;
  if (b.kind === 'dyn' || b.kind === 'param') return false;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  if (a.kind !== 'opaque' && a.kind !== 'list' && a.kind !== 'map') return sameType(a, b);
  const [left, right] = [partsOf(a), partsOf(b)];
  if (a.kind === 'opaque' && b.kind === 'opaque' && a.name !== b.name) return false;
  return left.length === right.length && left.every((part, index) => isNoNarrower(part, right[index] ?? DYN));
}

type Known = Map<string, CelStatic>;

function allFit(known: Known, given: readonly CelStatic[], wanted: readonly CelStatic[]): boolean {
  return (
    given.length === wanted.length && given.every((type, index) => fits(known, type, wanted[index] ?? DYN))
  );
}

function fits(known: Known, a: CelStatic, b: CelStatic): boolean {
  if (b.kind === 'param') {
    const { isValid, isKnown } = stands(known, a, b);
    if (isValid) return true;
    if (isKnown) return false;
  }
  if (a.kind === 'param') return stands(known, b, a).isValid;
  if (isAny(a) || isAny(b)) return true;
  if (a.kind === 'null') return isNullable(b);
  if (b.kind === 'null') return isNullable(a);
  if (a.kind === 'type') return b.kind === 'type';
  if (a.kind === 'list' || a.kind === 'map')
    return a.kind === b.kind && allFit(known, partsOf(a), partsOf(b));
  if (a.kind === 'opaque') return b.kind === 'opaque' && a.name === b.name && allFit(known, a.of, b.of);
  return sameType(a, b);
}

/** Things that may be missing altogether; numbers, texts, lists and maps may not (cel-go checker/types.go). */
function isNullable(type: CelStatic): boolean {
  return (
    ['null', 'opaque', 'object', 'duration', 'timestamp'].includes(type.kind) || heldBy(type) !== undefined
  );
}

/** Whether `type` can be what an unknown type stands for, and whether something was known of it before. */
function stands(
  known: Known,
  type: CelStatic,
  unknown: CelStatic & { kind: 'param' },
): { isValid: boolean; isKnown: boolean } {
  if (sameType(type, unknown)) return { isValid: true, isKnown: true };
  const found = known.get(unknown.name);
  if (found) {
    if (sameType(type, found)) return { isValid: true, isKnown: true };
    if (!fits(known, type, found)) return { isValid: false, isKnown: true };
    const both = wider(type, found);
    if (!occursIn(known, unknown, both)) known.set(unknown.name, both);
    return { isValid: true, isKnown: true };
  }
  if (occursIn(known, unknown, type)) return { isValid: false, isKnown: false };
  known.set(unknown.name, type);
  return { isValid: true, isKnown: false };
}

function occursIn(known: Known, unknown: CelStatic, type: CelStatic): boolean {
  if (sameType(unknown, type)) return true;
  if (type.kind === 'param') {
    const found = known.get(type.name);
    return found !== undefined && occursIn(known, unknown, found);
  }
  return partsOf(type).some((part) => occursIn(known, unknown, part));
}
