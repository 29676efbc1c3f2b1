import { goQuote } from '../template/go-quote.js';
import { TextCache } from '../text-cache.js';
import { comparePrereleases, SemanticVersion } from './semver.js';

const MAX_LENGTH = 512;
const MAX_GROUPS = 32;
const NUMBERS = String.raw`[0-9|x|X|\*]+`;
const VERSION = String.raw`v?(${NUMBERS})(\.${NUMBERS})?(\.${NUMBERS})?(-[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*)?(?:\+[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*)?`;
const PLAIN_VERSION = VERSION.replace(/\((?!\?)/g, '(?:');
// Alternatives are tried longest first, as leftmost-first matching with Go's order accepts the same texts.
const OPERATOR = String.raw`!=|>=|=>|<=|=<|~>|=|>|<|~|\^|`;
const ONE = new RegExp(String.raw`^\s*(${OPERATOR})\s*${VERSION}\s*$`);
const HYPHEN = new RegExp(String.raw`\s*(${PLAIN_VERSION})\s+-\s+(${PLAIN_VERSION})\s*`, 'g');
const EACH = new RegExp(String.raw`(?:${OPERATOR})\s*(?:${PLAIN_VERSION})`, 'g');
const SPACES = /[\t\n\f\r ]*/y;
const OPERATOR_AND_VERSION = new RegExp(String.raw`(?:${OPERATOR})[\t\n\f\r ]*(?:${PLAIN_VERSION})`, 'y');

interface Part {
  readonly operator: string;
  readonly version: SemanticVersion;
  /** A part of the version is left out or a wildcard. */
  readonly dirty: boolean;
  readonly minorDirty: boolean;
  readonly patchDirty: boolean;
}

interface Group {
  readonly parts: readonly Part[];
  /** A prerelease is named, so prereleases may match. */
  readonly prereleases: boolean;
}

/** A version constraint in the grammar Helm uses: `>=1.2 <2 || ~3.1, !=3.1.4`, `1.x`, `1.2 - 1.4`. */
export class VersionConstraint {
  readonly #groups: readonly Group[];

  private constructor(groups: readonly Group[]) {
    this.#groups = groups;
  }

  /** Throws `improper constraint: "..."`. */
  static parse(text: string): VersionConstraint {
    if (text.length > MAX_LENGTH) throw new Error(`constraint string is too long (max ${MAX_LENGTH} bytes)`);
    const groups = text.replace(HYPHEN, '>= $1, <= $2 ').split('||');
    if (groups.length > MAX_GROUPS) throw new Error(`too many constraint groups (max ${MAX_GROUPS})`);
    return new VersionConstraint(groups.map(parseGroup));
  }

  check(version: SemanticVersion): boolean {
    return this.#groups.some((group) =>
      group.parts.every((part) => matches(part, version, group.prereleases)),
    );
  }
}

/** Charts ask the same question in every template. */
const answers = new TextCache<boolean>(256 * 1024);

/** True when the version meets the constraint. Throws when one of them can't be read, the constraint first. */
export function meetsConstraint(constraint: string, version: string): boolean {
  const ask = (): boolean => VersionConstraint.parse(constraint).check(SemanticVersion.parse(version));
  return answers.get(constraint, ask, version);
}

/** True when the version is in the range; a range or version that can't be read matches nothing. */
export function isCompatibleRange(range: string, version: string): boolean {
  try {
    return meetsConstraint(range, version);
  } catch {
    return false;
  }
}

/** One or more versions with operators, between them commas or spaces. One expression for all would read spaces in many ways. */
function isConstraint(text: string): boolean {
  let at = skipSpaces(text, 0);
  for (;;) {
    OPERATOR_AND_VERSION.lastIndex = at;
    if (!OPERATOR_AND_VERSION.test(text)) return false;
    const end = OPERATOR_AND_VERSION.lastIndex;
    at = skipSpaces(text, end);
    if (at === text.length) return true;
    if (text[at] === ',') at = skipSpaces(text, at + 1);
    else if (at === end) return false;
  }
}

function skipSpaces(text: string, from: number): number {
  SPACES.lastIndex = from;
  SPACES.test(text);
  return SPACES.lastIndex;
}

function parseGroup(text: string): Group {
  if (!isConstraint(text)) throw new Error(`improper constraint: ${goQuote(text)}`);
  const parts = (text.match(EACH) ?? [text]).map(parsePart);
  return { parts, prereleases: parts.some((part) => part.version.prerelease !== '') };
}

function parsePart(text: string): Part {
  const match = ONE.exec(text);
  if (!match) throw new Error(`improper constraint: ${goQuote(text)}`);
  const [, operator = '', major = '', minor = '', patch = '', prerelease = ''] = match;
  const wild = (part: string): boolean => part === '' || /^\.?[xX*]$/.test(part);
  let version = `${major}${minor}${patch}${prerelease}`;
  let minorDirty = false;
  let patchDirty = false;
  if (wild(major)) version = `0.0.0${prerelease}`;
  else if (wild(minor)) {
    minorDirty = true;
    version = `${major}.0.0${prerelease}`;
  } else if (wild(patch)) {
    patchDirty = true;
    version = `${major}${minor}.0${prerelease}`;
  }
  const dirty = wild(major) || minorDirty || patchDirty;
  try {
    return { operator, version: SemanticVersion.parse(version), dirty, minorDirty, patchDirty };
  } catch {
    throw new Error('constraint parser error');
  }
}

function matches(part: Part, version: SemanticVersion, prereleases: boolean): boolean {
  if (version.prerelease !== '' && !prereleases) return false;
  const order = version.compare(part.version);
  switch (part.operator) {
    case '!=':
      return differs(part, version);
    case '>':
      return isGreater(part, version, order);
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return isAtMost(part, version, order);
    case '~':
    case '~>':
      return isTilde(part, version, order);
    case '^':
      return isCaret(part, version, order);
    default:
      return part.dirty ? isTilde(part, version, order) : order === 0;
  }
}

function differs(part: Part, version: SemanticVersion): boolean {
  const wanted = part.version;
  if (part.dirty) {
    if (wanted.major !== version.major) return true;
    if (wanted.minor !== version.minor && !part.minorDirty) return true;
    if (part.minorDirty) return false;
    if (wanted.patch !== version.patch && !part.patchDirty) return true;
    if (part.patchDirty) return comparePrereleases(version.prerelease, wanted.prerelease) !== 0;
  }
  return version.compare(wanted) !== 0;
}

function isGreater(part: Part, version: SemanticVersion, order: number): boolean {
  if (!part.dirty) return order > 0;
  if (version.major !== part.version.major) return version.major > part.version.major;
  if (part.minorDirty) return false;
  return part.patchDirty ? version.minor > part.version.minor : order > 0;
}

function isAtMost(part: Part, version: SemanticVersion, order: number): boolean {
  if (!part.dirty) return order <= 0;
  if (version.major > part.version.major) return false;
  return version.major !== part.version.major || version.minor <= part.version.minor || part.minorDirty;
}

function isTilde(part: Part, version: SemanticVersion, order: number): boolean {
  const wanted = part.version;
  if (order < 0) return false;
  // A bare zero accepts everything, so `*` does too.
  if (
    wanted.major === 0n &&
    wanted.minor === 0n &&
    wanted.patch === 0n &&
    !part.minorDirty &&
    !part.patchDirty
  )
    return true;
  return version.major === wanted.major && (version.minor === wanted.minor || part.minorDirty);
}

function isCaret(part: Part, version: SemanticVersion, order: number): boolean {
  const wanted = part.version;
  if (order < 0) return false;
  if (wanted.major > 0n || part.minorDirty) return version.major === wanted.major;
  if (version.major > 0n) return false;
  if (wanted.minor > 0n || part.patchDirty) return version.minor === wanted.minor;
  return version.minor === 0n && version.patch === wanted.patch;
}
