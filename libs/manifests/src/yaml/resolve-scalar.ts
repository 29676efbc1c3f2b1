/** The two generations of Go's YAML package: `go2` reads what Kubernetes and Helm read, `go3` what Kustomize reads. */
export type YamlDialect = 'go2' | 'go3';

/** What a plain scalar means. */
export type ResolvedScalar =
  | { readonly type: 'null' }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'timestamp' }
  | { readonly type: 'str' };

const NULL: ResolvedScalar = { type: 'null' };
const TRUE: ResolvedScalar = { type: 'bool', value: true };
const FALSE: ResolvedScalar = { type: 'bool', value: false };
const STRING: ResolvedScalar = { type: 'str' };
const TIMESTAMP: ResolvedScalar = { type: 'timestamp' };

function words(value: ResolvedScalar, list: string): [string, ResolvedScalar][] {
  return list.split(' ').map((word) => [word, value]);
}

const COMMON = new Map<string, ResolvedScalar>([
  ...words(TRUE, 'true True TRUE'),
  ...words(FALSE, 'false False FALSE'),
  ...words(NULL, '~ null Null NULL'),
  ...words({ type: 'float', value: Number.NaN }, '.nan .NaN .NAN'),
  ...words({ type: 'float', value: Number.POSITIVE_INFINITY }, '.inf .Inf .INF +.inf +.Inf +.INF'),
  ...words({ type: 'float', value: Number.NEGATIVE_INFINITY }, '-.inf -.Inf -.INF'),
]);
const OLD_BOOLEANS = new Map<string, ResolvedScalar>([
  ...words(TRUE, 'y Y yes Yes YES on On ON'),
  ...words(FALSE, 'n N no No NO off Off OFF'),
]);

const MAX_WORD_LENGTH = 5;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

/** Gives the meaning of a plain scalar, as resolve.go of go-yaml decides it. */
export function resolveScalar(text: string, dialect: YamlDialect): ResolvedScalar {
  if (text === '') return NULL;
  const first = text.charCodeAt(0);
  const isDigit = first >= 0x30 && first <= 0x39;
  const isSign = first === 0x2b || first === 0x2d;
  if (!isDigit && text.length <= MAX_WORD_LENGTH) {
    const word = COMMON.get(text) ?? (dialect === 'go2' ? OLD_BOOLEANS.get(text) : undefined);
    if (word) return word;
  }
  if (first === 0x2e) {
    if (!/^\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?$/.test(text)) return STRING;
    return toFloat(text.replaceAll('_', '')) ?? STRING;
  }
  if (!isDigit && !isSign) return STRING;
  if (isDigit && isTimestamp(text)) return TIMESTAMP;
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const int = parseGoInt(plain, dialect);
  if (int !== undefined) return { type: 'int', value: int };
  if (FLOAT.test(plain)) return toFloat(plain) ?? STRING;
  return STRING;
}

function toFloat(text: string): ResolvedScalar | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { type: 'float', value } : undefined;
}

/** Integers as strconv.ParseInt with base 0 takes them, then unsigned 64 bits; undefined for anything else. */
function parseGoInt(plain: string, dialect: YamlDialect): bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/.exec(plain);
  if (!match) {
    // "0b" and "0o" may be followed by a sign of their own, because the prefix is cut off before parsing.
    const odd = /^(-?)0(b[-+]?[01]+|o[-+]?[0-7]+)$/.exec(plain);
    if (!odd || (dialect === 'go2' && odd[2]?.startsWith('o'))) return undefined;
    const digits = odd[2] ?? '';
    const sign = digits[1] === '-' ? -1n : 1n;
    if (odd[1] === '-' && /[-+]/.test(digits)) return undefined;
    return sign * BigInt(`0${digits[0]}${digits.replace(/^.[-+]?/, '')}`);
  }
  const digits = match[2] ?? '0';
  const legacyOctal = /^0[0-7]+$/.test(digits);
  const magnitude = BigInt(legacyOctal ? `0o${digits.slice(1)}` : digits);
  const value = match[1] === '-' ? -magnitude : magnitude;
  if (value >= MIN_INT64 && value <= MAX_INT64) return value;
  return value > 0n && value <= MAX_UINT64 && match[1] === '' ? value : undefined;
}

const TIMESTAMP_SHAPE =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]+))?(Z|[-+][0-9]{2}:[0-9]{2}))|(?: ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]+))?))?$/;

/** The parts of a timestamp in one of the four forms go-yaml knows. */
export interface TimestampParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits after the decimal point. */
  readonly fraction: string;
  /** `Z` or `+hh:mm`. */
  readonly zone: string;
}

/** Reads a timestamp; undefined for other text and for dates that do not exist. */
export function parseTimestamp(text: string): TimestampParts | undefined {
  if (text.charCodeAt(4) !== 0x2d) return undefined;
  const match = TIMESTAMP_SHAPE.exec(text);
  if (!match) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  const withZone = match[4] !== undefined;
  const parts: TimestampParts = {
    year: part(1),
    month: part(2),
    day: part(3),
    hour: withZone ? part(4) : part(9),
    minute: withZone ? part(5) : part(10),
    second: withZone ? part(6) : part(11),
    fraction: (withZone ? match[7] : match[12]) ?? '',
    zone: match[8] ?? 'Z',
  };
  const daysInMonth = new Date(Date.UTC(parts.year === 0 ? 2000 : parts.year, parts.month, 0)).getUTCDate();
  const valid =
    parts.month >= 1 &&
    parts.month <= 12 &&
    parts.day >= 1 &&
    parts.day <= daysInMonth &&
    parts.hour < 24 &&
    parts.minute < 60 &&
    parts.second < 60;
  return valid ? parts : undefined;
}

function isTimestamp(text: string): boolean {
  return parseTimestamp(text) !== undefined;
}

/** Times of day such as 1:30 that YAML 1.1 readers take for base 60: written in quotes, read as text. */
export function looksLikeBase60(text: string): boolean {
  return /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text);
}
