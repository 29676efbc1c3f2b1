import type { Library } from '../overload.js';
import { CelError, CelOpaque } from '../values.js';

const TYPE = 'kubernetes.Semver';
const SYNTAX =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** A version by semver.org. */
class CelSemver extends CelOpaque {
  readonly typeName = TYPE;
  readonly numbers: readonly bigint[];
  readonly early: readonly string[];

  constructor(numbers: readonly bigint[], early: readonly string[]) {
    super();
    this.numbers = numbers;
    this.early = early;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelSemver && order(this, other) === 0;
  }
}

function parse(text: string): CelSemver | undefined {
  const match = SYNTAX.exec(text);
  if (!match || text.length > 256) return undefined;
  const early = match[4]?.split('.') ?? [];
  if (early.some((part) => /^0\d+$/.test(part))) return undefined;
  const numbers = match.slice(1, 4).map((part) => BigInt(part));
  return numbers.every((one) => one < 2n ** 64n) ? new CelSemver(numbers, early) : undefined;
}

/** `v1.2` as `1.2.0`: without the v, without leading zeros, with what is missing. */
function normalized(text: string): string {
  const [, core = '', rest = ''] = /^v?([^+-]*)(.*)$/.exec(text) ?? [];
  const parts = core.split('.');
  if (parts.length < 3 && rest !== '') return text;
  while (parts.length < 3) parts.push('0');
  return `${parts.map((part) => part.replace(/^0+(?=\d)/, '')).join('.')}${rest}`;
}

/** What keeps a text from being a version, in the words of the library Kubernetes uses. */
function problemOf(text: string): string {
  if (text === '') return 'Version string empty';
  const [major = '', minor, ...rest] = text.split('.');
  if (minor === undefined || rest.length === 0) return 'No Major.Minor.Patch elements found';
  const patch = rest.join('.').replace(/[+-].*$/s, '');
  for (const [name, part] of [
    ['major', major],
    ['minor', minor],
    ['patch', patch],
  ] as const) {
    if (!/^\d+$/.test(part)) return `Invalid character(s) found in ${name} number ${JSON.stringify(part)}`;
    if (/^0\d/.test(part))
      return `${name[0]?.toUpperCase()}${name.slice(1)} number must not contain leading zeroes ${JSON.stringify(part)}`;
  }
  return `${JSON.stringify(text)} is not a semantic version`;
}

function versionOf(text: string): CelSemver {
  const found = parse(text);
  if (!found) throw new CelError(problemOf(text));
  return found;
}

function order(a: CelSemver, b: CelSemver): number {
  for (let index = 0; index < 3; index += 1) {
    const [left = 0n, right = 0n] = [a.numbers[index], b.numbers[index]];
    if (left !== right) return left < right ? -1 : 1;
  }
  if (a.early.length === 0 || b.early.length === 0)
    return Number(b.early.length > 0) - Number(a.early.length > 0);
  for (let index = 0; index < Math.max(a.early.length, b.early.length); index += 1) {
    const [left, right] = [a.early[index], b.early[index]];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    if (left === right) continue;
    const numeric = [left, right].map((part) => /^\d+$/.test(part));
    if (numeric[0] && numeric[1]) return BigInt(left) < BigInt(right) ? -1 : 1;
    if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return 0;
}

/** Semantic versions. */
export const semverLibrary: Library = {
  functions: [
    ['semver', ['string'], versionOf],
    [
      'semver',
      ['string', 'bool'],
      (text: string, loose: boolean) => versionOf(loose ? normalized(text) : text),
    ],
    ['isSemver', ['string'], (text: string) => parse(text) !== undefined],
    [
      'isSemver',
      ['string', 'bool'],
      (text: string, loose: boolean) => parse(loose ? normalized(text) : text) !== undefined,
    ],
  ],
  members: [
    ['isGreaterThan', [TYPE, TYPE], (a: CelSemver, b: CelSemver) => order(a, b) > 0],
    ['isLessThan', [TYPE, TYPE], (a: CelSemver, b: CelSemver) => order(a, b) < 0],
    ['compareTo', [TYPE, TYPE], (a: CelSemver, b: CelSemver) => BigInt(order(a, b))],
    ['major', [TYPE], ({ numbers }: CelSemver) => numbers[0] ?? 0n],
    ['minor', [TYPE], ({ numbers }: CelSemver) => numbers[1] ?? 0n],
    ['patch', [TYPE], ({ numbers }: CelSemver) => numbers[2] ?? 0n],
  ],
};
