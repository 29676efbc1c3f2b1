import { goQuote } from '../template/go-quote.js';
import { define } from '../functions/signature.js';
import { GoInt, GoObject, type GoMethods, type GoValue } from '../template/values.js';

const MAX_VERSION_LENGTH = 256;
const VERSION =
  /^v?(\d+)(\.\d+)?(\.\d+)?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;
const MAX_UINT64 = (1n << 64n) - 1n;

/** A semantic version, read as leniently as Helm's library does: `v1`, `1.2` and leading zeros are fine. */
export class SemanticVersion extends GoObject {
  override readonly typeName = '*semver.Version';
  override readonly methods: GoMethods = methodsOf(this);

  private constructor(
    readonly major: bigint,
    readonly minor: bigint,
    readonly patch: bigint,
    readonly prerelease: string,
    readonly metadata: string,
    readonly original: string,
  ) {
    super();
  }

  /** Throws `Invalid Semantic Version` and its kin. */
  static parse(text: string): SemanticVersion {
    if (text.length > MAX_VERSION_LENGTH)
      throw new Error(`version string is too long (max ${MAX_VERSION_LENGTH} bytes)`);
    const match = VERSION.exec(text);
    if (!match) throw new Error('invalid semantic version');
    const [, major = '0', minor = '', patch = '', prerelease = '', metadata = ''] = match;
    const numbers = [major, minor.slice(1) || '0', patch.slice(1) || '0'].map(BigInt);
    const tooBig = numbers.find((part) => part > MAX_UINT64);
    if (tooBig !== undefined) {
      throw new Error(
        `error parsing version segment: strconv.ParseUint: parsing ${goQuote(String(tooBig))}: value out of range`,
      );
    }
    if (prerelease.split('.').some((part) => /^0\d+$/.test(part)))
      throw new Error('version segment starts with 0');
    return new SemanticVersion(
      numbers[0] ?? 0n,
      numbers[1] ?? 0n,
      numbers[2] ?? 0n,
      prerelease,
      metadata,
      text,
    );
  }

  /** -1, 0 or 1; build metadata does not count. */
  compare(other: SemanticVersion): number {
    for (const [a, b] of [
      [this.major, other.major],
      [this.minor, other.minor],
      [this.patch, other.patch],
    ] as const) {
      if (a !== b) return a < b ? -1 : 1;
    }
    return comparePrereleases(this.prerelease, other.prerelease);
  }

  override toString(): string {
    const pre = this.prerelease === '' ? '' : `-${this.prerelease}`;
    const meta = this.metadata === '' ? '' : `+${this.metadata}`;
    return `${this.major}.${this.minor}.${this.patch}${pre}${meta}`;
  }

  override goString(): string {
    return this.toString();
  }

  override goJson(): GoValue {
    return this.toString();
  }

  #with(
    change: Partial<Record<'major' | 'minor' | 'patch', bigint>> & { pre?: string; meta?: string },
  ): SemanticVersion {
    const { major = this.major, minor = this.minor, patch = this.patch, pre = '', meta = '' } = change;
    const version = new SemanticVersion(major, minor, patch, pre, meta, '');
    const prefix = this.original.startsWith('v') ? 'v' : '';
    return new SemanticVersion(major, minor, patch, pre, meta, prefix + version.toString());
  }

  increment(part: 'major' | 'minor' | 'patch'): SemanticVersion {
    if (part === 'major') return this.#with({ major: this.major + 1n, minor: 0n, patch: 0n });
    if (part === 'minor') return this.#with({ minor: this.minor + 1n, patch: 0n });
    return this.#with(this.prerelease === '' ? { patch: this.patch + 1n } : {});
  }

  setPrerelease(pre: string): SemanticVersion {
    return this.#with({ pre, meta: this.metadata });
  }

  setMetadata(meta: string): SemanticVersion {
    return this.#with({ pre: this.prerelease, meta });
  }
}

function methodsOf(version: SemanticVersion): GoMethods {
  const unsigned = (value: bigint): GoInt => new GoInt(value, 'uint64');
  const other = (value: GoValue): SemanticVersion => {
    if (value instanceof SemanticVersion) return value;
    throw new Error('not a version');
  };
  const type = '*semver.Version';
  return new Map([
    ['Major', define('', () => unsigned(version.major))],
    ['Minor', define('', () => unsigned(version.minor))],
    ['Patch', define('', () => unsigned(version.patch))],
    ['Prerelease', define('', () => version.prerelease)],
    ['Metadata', define('', () => version.metadata)],
    ['Original', define('', () => version.original)],
    ['String', define('', () => version.toString())],
    ['IncMajor', define('', () => version.increment('major'))],
    ['IncMinor', define('', () => version.increment('minor'))],
    ['IncPatch', define('', () => version.increment('patch'))],
    ['SetPrerelease', define('string', (pre) => version.setPrerelease(pre))],
    ['SetMetadata', define('string', (meta) => version.setMetadata(meta))],
    ['Compare', define(type, (value) => new GoInt(BigInt(version.compare(other(value))), 'int'))],
    ['Equal', define(type, (value) => version.compare(other(value)) === 0)],
    ['LessThan', define(type, (value) => version.compare(other(value)) < 0)],
    ['LessThanEqual', define(type, (value) => version.compare(other(value)) <= 0)],
    ['GreaterThan', define(type, (value) => version.compare(other(value)) > 0)],
    ['GreaterThanEqual', define(type, (value) => version.compare(other(value)) >= 0)],
  ]);
}

/** Order of two prereleases; a release is above all of its prereleases. */
export function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = comparePart(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return -1;
  if (b === '') return 1;
  const aNumber = /^\d+$/.test(a);
  const bNumber = /^\d+$/.test(b);
  if (aNumber && bNumber) return BigInt(a) > BigInt(b) ? 1 : -1;
  if (aNumber !== bNumber) return aNumber ? -1 : 1;
  return a > b ? 1 : -1;
}
