import type { Budget } from './budget.js';
import { claimParts } from './claim-parts.js';
import { formatFloatB, formatFloatX } from './go-binary-floats.js';
import { formatFloatE, formatFloatF, formatFloatG } from './go-numbers.js';
import { goQuote, goQuoteRune, hexBytes, isPrintable } from './go-quote.js';
import { bytesString, runes, sortedKeys, stringBytes } from './go-strings.js';
import { GoInt, GoObject, type GoValue, TypedMap, typeName } from './values.js';

/** Widths and precisions beyond this are refused, as Go does. */
const MAX_WIDTH = 1_000_000;

/** What `%v` prints. */
export function goPrint(value: GoValue): string {
  if (typeof value === 'string') return value;
  return formatValue(value, 'v', PLAIN, true);
}

/** What an action prints: nil in any form is `<no value>`. */
export function printResult(value: GoValue, budget: Budget): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '<no value>';
  claimParts(value, budget);
  return (value instanceof GoObject ? value.addressedString() : undefined) ?? goPrint(value);
}

/** fmt.Sprint: a space between two operands when neither is a string. */
export function sprint(values: readonly GoValue[]): string {
  let out = '';
  values.forEach((value, index) => {
    if (index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string') out += ' ';
    out += goPrint(value);
  });
  return out;
}

/** fmt.Sprintln. */
export function sprintln(values: readonly GoValue[]): string {
  return `${values.map(goPrint).join(' ')}\n`;
}

interface Flags {
  readonly plus: boolean;
  /** Show the names of a struct's fields. */
  readonly names: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

const PLAIN: Flags = {
  plus: false,
  names: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  width: undefined,
  precision: undefined,
};

function pad(text: string, flags: Flags): string {
  if (flags.width === undefined) return text;
  const missing = flags.width - runes(text).length;
  if (missing <= 0) return text;
  if (flags.minus) return text + ' '.repeat(missing);
  return (flags.zero ? '0' : ' ').repeat(missing) + text;
}

function padNumber(sign: string, digits: string, flags: Flags, zeroAllowed = true): string {
  if (flags.zero && zeroAllowed && !flags.minus && flags.width !== undefined) {
    return sign + digits.padStart(flags.width - sign.length, '0');
  }
  return pad(sign + digits, { ...flags, zero: false });
}

function signOf(negative: boolean, flags: Flags): string {
  if (negative) return '-';
  if (flags.plus) return '+';
  return flags.space ? ' ' : '';
}

/** A value under a verb that is not for it: its type, and the value under `%v` with the same width and precision. */
function badVerb(value: GoValue, verb: string, flags: Flags): string {
  if (value === null || value === undefined) return `%!${verb}(<nil>)`;
  return `%!${verb}(${typeName(value)}=${formatValue(value, 'v', { ...flags, sharp: false }, true)})`;
}

const MAX_RUNE = 0x10ffffn;

/** The character of a number; the replacement character when there is none. */
function runeOf(value: bigint): number {
  const isSurrogate = value >= 0xd800n && value <= 0xdfffn;
  return value < 0n || value > MAX_RUNE || isSurrogate ? 0xfffd : Number(value);
}

function unicodeOf(value: bigint, flags: Flags): string {
  const code = BigInt.asUintN(64, value)
    .toString(16)
    .toUpperCase()
    .padStart(flags.precision ?? 4, '0');
  const char = String.fromCodePoint(runeOf(value));
  return `U+${code}${flags.sharp && value <= MAX_RUNE && isPrintable(char) ? ` '${char}'` : ''}`;
}

const RADIX: Record<string, number> = { d: 10, v: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };
const PREFIX: Record<string, string> = { b: '0b', o: '0', x: '0x', X: '0X' };

function formatInteger(value: GoInt, verb: string, flags: Flags): string {
  const radix = RADIX[verb];
  if (radix === undefined) {
    if (verb === 'c') return pad(String.fromCodePoint(runeOf(value.value)), flags);
    if (verb === 'q') return pad(goQuoteRune(runeOf(value.value), flags.plus), flags);
    if (verb === 'U') return pad(unicodeOf(value.value, flags), { ...flags, zero: false });
    return badVerb(value, verb, flags);
  }
  const negative = value.value < 0n;
  let digits = (negative ? -value.value : value.value).toString(radix);
  if (flags.precision !== undefined) {
    digits = flags.precision === 0 && value.value === 0n ? '' : digits.padStart(flags.precision, '0');
  }
  if (verb === 'X') digits = digits.toUpperCase();
  const prefix = verb === 'O' ? '0o' : flags.sharp ? (PREFIX[verb] ?? '') : '';
  return padNumber(signOf(negative, flags) + prefix, digits, flags, flags.precision === undefined);
}

function formatFloatVerb(value: number, verb: string, flags: Flags): string {
  let text: string;
  if (verb === 'v' || verb === 'g' || verb === 'G') text = formatFloatG(value, flags.precision ?? -1);
  else if (verb === 'e' || verb === 'E') text = formatFloatE(value, flags.precision ?? 6);
  else if (verb === 'f' || verb === 'F') text = formatFloatF(value, flags.precision ?? 6);
  else if (verb === 'x' || verb === 'X') text = formatFloatX(value, flags.precision ?? -1);
  else if (verb === 'b') text = formatFloatB(value);
  else return badVerb(value, verb, flags);
  if (verb === 'G' || verb === 'E' || verb === 'X') text = text.toUpperCase();
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '');
  const infinite = digits === 'Inf' || digits === 'NaN';
  const sign = digits === 'NaN' && !flags.plus ? '' : text.startsWith('+') ? '+' : signOf(negative, flags);
  return padNumber(sign, digits, flags, !infinite);
}

function truncateRunes(text: string, precision: number | undefined): string {
  return precision === undefined ? text : runes(text).slice(0, precision).join('');
}

function formatString(value: string, verb: string, flags: Flags): string {
  switch (verb) {
    case 'v':
    case 's':
      if (verb === 'v' && flags.sharp) return pad(goQuote(value), flags);
      return pad(truncateRunes(value, flags.precision), flags);
    case 'q': {
      const text = truncateRunes(value, flags.precision);
      return pad(flags.sharp && !/[`\n]/.test(text) ? `\`${text}\`` : goQuote(text, flags.plus), flags);
    }
    case 'x':
    case 'X': {
      const bytes = stringBytes(value).subarray(0, flags.precision);
      return pad(hexBytes(bytes, verb === 'X', flags.space ? ' ' : ''), flags);
    }
    default:
      return badVerb(value, verb, flags);
  }
}

function formatBytes(value: Uint8Array, verb: string, flags: Flags): string {
  if (verb === 'v' || verb === 'd') {
    return `[${Array.from(value, (byte) => formatInteger(new GoInt(BigInt(byte), 'uint8'), 'd', flags)).join(' ')}]`;
  }
  return formatString(bytesString(value), verb, flags);
}

/** One operand under one verb. */
function formatValue(value: GoValue, verb: string, flags: Flags, top: boolean): string {
  // Inside a list or map no verb applies to nil.
  if (value === null || value === undefined)
    return verb === 'v' && flags.sharp ? 'interface {}(nil)' : '<nil>';
  if (verb === 'T') return pad(typeName(value), flags);
  if (typeof value === 'string') return formatString(value, verb, flags);
  if (typeof value === 'boolean') {
    return verb === 'v' || verb === 't' ? pad(String(value), flags) : badVerb(value, verb, flags);
  }
  if (typeof value === 'number') return formatFloatVerb(value, verb, flags);
  if (value instanceof GoInt) return formatInteger(value, verb, flags);
  if (value instanceof Uint8Array) return formatBytes(value, verb, flags);
  if (Array.isArray(value)) {
    const items = value.map((item) => formatValue(item, verb, flags, false));
    if (verb === 'v' && flags.sharp) return `${typeName(value)}{${items.join(', ')}}`;
    return `[${items.join(' ')}]`;
  }
  if (value instanceof Map) return formatMap(value as Map<string, GoValue>, verb, flags);
  if (value instanceof GoObject) return formatObject(value, verb, flags, top);
  if (value instanceof Error) return formatString(value.message, verb, flags);
  return badVerb(undefined, verb, flags);
}

function formatMap(map: Map<string, GoValue>, verb: string, flags: Flags): string {
  const sharp = verb === 'v' && flags.sharp;
  const entries = sortedKeys(map).map(
    (key) => `${formatString(key, verb, flags)}:${formatValue(map.get(key), verb, flags, false)}`,
  );
  if (sharp) return `${map instanceof TypedMap ? map.typeName : typeName(map)}{${entries.join(', ')}}`;
  return `map[${entries.join(' ')}]`;
}

function formatObject(value: GoObject, verb: string, flags: Flags, top: boolean): string {
  const text = value.goString();
  if (text !== undefined && !(verb === 'v' && flags.sharp) && verb !== 'd')
    return formatString(text, verb, flags);
  const fields = [...value.fields].map(([name, field]) => {
    const shown = formatValue(field, verb, flags, false);
    return flags.names ? `${name}:${shown}` : shown;
  });
  return `${top && value.typeName.startsWith('*') ? '&' : ''}{${fields.join(' ')}}`;
}

/** fmt.Sprintf with every verb, flag, width, precision, `*` and argument index. */
export function sprintf(format: string, args: readonly GoValue[]): string {
  let out = '';
  let position = 0;
  let next = 0;
  let reordered = false;
  const isFlag = (char: string | undefined): boolean => char !== undefined && '+-# 0'.includes(char);
  while (position < format.length) {
    const percent = format.indexOf('%', position);
    if (percent < 0) return finish(out + format.slice(position), args, next, reordered);
    out += format.slice(position, percent);
    position = percent + 1;
    const flags = { ...PLAIN } as { -readonly [Key in keyof Flags]: Flags[Key] };
    let badIndex = false;
    while (isFlag(format[position])) {
      const flag = format[position++];
      if (flag === '+') flags.plus = true;
      else if (flag === '-') flags.minus = true;
      else if (flag === '#') flags.sharp = true;
      else if (flag === ' ') flags.space = true;
      else flags.zero = true;
    }
    const index = (): void => {
      if (format[position] !== '[') return;
      reordered = true;
      const close = format.indexOf(']', position);
      const number = close < 0 ? Number.NaN : Number(format.slice(position + 1, close));
      position = close < 0 ? position + 1 : close + 1;
      if (Number.isInteger(number) && number >= 1 && number <= args.length) next = number - 1;
      else badIndex = true;
    };
    const amount = (): number | 'bad' | undefined => {
      if (format[position] === '*') {
        position++;
        const value = args[next++];
        if (!(value instanceof GoInt) || value.value > MAX_WIDTH || value.value < -MAX_WIDTH) return 'bad';
        return Number(value.value);
      }
      const match = /^[0-9]+/.exec(format.slice(position, position + 9));
      if (!match) return undefined;
      position += match[0].length;
      return Number(match[0]) > MAX_WIDTH ? 'bad' : Number(match[0]);
    };
    index();
    const width = amount();
    if (width === 'bad') out += '%!(BADWIDTH)';
    else if (width !== undefined) {
      flags.width = Math.abs(width);
      if (width < 0) flags.minus = true;
    }
    if (format[position] === '.') {
      position++;
      index();
      const precision = amount();
      if (precision === 'bad') out += '%!(BADPREC)';
      else if (precision === undefined || precision >= 0) flags.precision = precision ?? 0;
    }
    index();
    if (flags.minus) flags.zero = false;
    const code = format.codePointAt(position);
    if (code === undefined) {
      out += '%!(NOVERB)';
      break;
    }
    const verb = String.fromCodePoint(code);
    position += verb.length;
    if (verb === 'v' && flags.plus) {
      // With %v a plus asks for field names, not for signs.
      flags.plus = false;
      flags.names = true;
    }
    if (verb === '%') out += '%';
    else if (badIndex) out += `%!${verb}(BADINDEX)`;
    else if (next >= args.length) out += `%!${verb}(MISSING)`;
    else out += formatArgument(args[next++], verb, flags);
  }
  return finish(out, args, next, reordered);
}

function formatArgument(value: GoValue, verb: string, flags: Flags): string {
  if (value === null || value === undefined) {
    return verb === 'v' || verb === 'T' ? pad('<nil>', flags) : `%!${verb}(<nil>)`;
  }
  return formatValue(value, verb, flags, true);
}

function finish(out: string, args: readonly GoValue[], next: number, reordered: boolean): string {
  if (reordered || next >= args.length) return out;
  const extra = args.slice(next).map((value) => {
    if (value === null || value === undefined) return '<nil>';
    return `${typeName(value)}=${goPrint(value)}`;
  });
  return `${out}%!(EXTRA ${extra.join(', ')})`;
}
