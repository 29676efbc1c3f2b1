import { looksLikeBase60, resolveScalar, type YamlDialect } from './resolve-scalar.js';

/** What can be done with a text without changing what it means. */
interface ScalarShape {
  readonly multiline: boolean;
  readonly blockPlain: boolean;
  readonly flowPlain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

/** The ways a text is written. */
export type EmitStyle = 'plain' | 'single' | 'double' | 'literal';

/** Texts with nothing but these characters, not starting with a digit, a sign or a dot, need no analysis. */
const SIMPLE = /^[A-Za-z_/][A-Za-z0-9_./-]*$/;
const FIRST_INDICATORS = '#,[]{}&*!|>\'"%@`';
const FLOW_INDICATORS = ',?[]{}';
/** Longer words never resolve to a boolean or null. */
const MAX_WORD_LENGTH = 5;
const OLD_BOOLEAN = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;

/** Styles of keys chosen before, of which manifests have few different ones, by dialect. */
const keyStyles = { go2: new Map<string, EmitStyle>(), go3: new Map<string, EmitStyle>() };
/** Far more keys than the Kubernetes API has. */
const MAX_KNOWN_KEYS = 8192;
const LONGEST_KNOWN_KEY = 64;

/** Chooses how go-yaml writes a text in block context. `key` is true for map keys, which must stay on one line. */
export function chooseStyle(text: string, dialect: YamlDialect, key: boolean): EmitStyle {
  if (!key || text.length > LONGEST_KNOWN_KEY) return analyzedStyle(text, dialect, key);
  const known = keyStyles[dialect];
  let style = known.get(text);
  if (style === undefined) {
    style = analyzedStyle(text, dialect, key);
    if (known.size >= MAX_KNOWN_KEYS) known.clear();
    known.set(text, style);
  }
  return style;
}

function analyzedStyle(text: string, dialect: YamlDialect, key: boolean): EmitStyle {
  if (text.length > MAX_WORD_LENGTH && SIMPLE.test(text)) return 'plain';
  const plain =
    resolveScalar(text, dialect).type === 'str' && !looksLikeBase60(text) && !OLD_BOOLEAN.test(text);
  const wanted: EmitStyle = text.includes('\n') ? 'literal' : plain ? 'plain' : 'double';
  if (wanted === 'double') return 'double';
  const shape = analyze(text, dialect);
  if (wanted === 'literal') return shape.block && !key ? 'literal' : 'double';
  if (shape.blockPlain && !(key && shape.multiline)) return 'plain';
  return shape.single ? 'single' : 'double';
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}

function isBreak(char: string): boolean {
  return char === '\n' || char === '\r' || char === '\x85' || char === '\u2028' || char === '\u2029';
}

/** Characters go-yaml writes as they are: no controls, no byte order mark, nothing outside the basic plane. */
export function isPrintable(code: number): boolean {
  return (
    code === 0x0a ||
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code < 0xd800) ||
    (code >= 0xe000 && code < 0xfffe && code !== 0xfeff)
  );
}

function analyze(text: string, dialect: YamlDialect): ScalarShape {
  let blockIndicators = text.startsWith('---') || text.startsWith('...');
  let flowIndicators = blockIndicators;
  let special = false;
  let tabs = false;
  let lineBreaks = false;
  let breakSpace = false;
  let spaceBreak = false;
  let previousSpace = false;
  let previousBreak = false;
  let afterBlank = true;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    const next = text[i + 1];
    const beforeBlank = next === undefined || isBlank(next) || isBreak(next);
    if (i === 0) {
      if (FIRST_INDICATORS.includes(char)) flowIndicators = blockIndicators = true;
      else if (char === '?' || char === ':') {
        flowIndicators = true;
        if (beforeBlank) blockIndicators = true;
      } else if (char === '-' && beforeBlank) flowIndicators = blockIndicators = true;
    } else if (FLOW_INDICATORS.includes(char)) flowIndicators = true;
    else if (char === ':') {
      flowIndicators = true;
      if (beforeBlank) blockIndicators = true;
    } else if (char === '#' && afterBlank) flowIndicators = blockIndicators = true;
    if (char === '\t' && dialect === 'go3') tabs = true;
    else if (!isPrintable(text.charCodeAt(i))) special = true;
    if (char === ' ') {
      if (previousBreak) breakSpace = true;
      previousSpace = true;
      previousBreak = false;
    } else if (isBreak(char)) {
      lineBreaks = true;
      if (previousSpace) spaceBreak = true;
      previousSpace = false;
      previousBreak = true;
    } else {
      previousSpace = false;
      previousBreak = false;
    }
    afterBlank = isBlank(char) || isBreak(char);
  }
  const first = text[0] ?? '';
  const last = text.at(-1) ?? '';
  const edges = first === ' ' || isBreak(first) || last === ' ' || isBreak(last);
  const never = spaceBreak || special || (tabs && dialect === 'go3' && !lineBreaks);
  return {
    multiline: lineBreaks,
    blockPlain: !(edges || breakSpace || never || lineBreaks || blockIndicators || tabs),
    flowPlain: !(edges || breakSpace || never || lineBreaks || flowIndicators || tabs),
    single: !(breakSpace || never || tabs),
    block: !(last === ' ' || spaceBreak || special),
  };
}

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x00, '\\0'],
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x1b, '\\e'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0x85, '\\N'],
  [0xa0, '\\_'],
  [0x2028, '\\L'],
  [0x2029, '\\P'],
]);

/** How a character is written in double quotes; undefined when as itself. `always` escapes the harmless ones too. */
export function escapeCharacter(code: number, always = false): string | undefined {
  if (!always && code >= 0x20 && code <= 0x7e && code !== 0x22 && code !== 0x5c) return undefined;
  if (
    !always &&
    code <= 0xffff &&
    isPrintable(code) &&
    !isBreak(String.fromCharCode(code)) &&
    code !== 0x22 &&
    code !== 0x5c
  )
    return undefined;
  const known = ESCAPES.get(code);
  if (known !== undefined) return known;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
