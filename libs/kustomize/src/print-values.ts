import { chooseStyle, emitYamlPretty, resolveScalar } from '@lotse/manifests';
import { type EntryNotes, entryNotes, entryOrder, isFlow, textStyle, type TextStyle } from './entry-marks.js';
import { foldedBlock } from './folded-text.js';
import { isMap, ScalarText, textOf, type Value, type ValueMap } from './values.js';

/**
 * Prints values as Kustomize writes YAML that is the text of a field: keys in the order they had, quotes and brackets as they
 * were, lists not indented under their key, comments kept, blank lines not.
 */
export function printValues(value: Value, endComments: readonly string[] = []): string {
  const lines = isBlock(value) ? blockLines(value, '') : [inline(value, undefined, '')];
  return [...lines, ...(endComments.length > 0 ? ['', ...endComments] : [])].join('\n');
}

function blockLines(value: ValueMap | Value[], indent: string): string[] {
  return Array.isArray(value)
    ? value.flatMap((item, index) => itemLines(value, item, index, indent))
    : mapLines(value, indent);
}

function mapLines(map: ValueMap, indent: string): string[] {
  return entryOrder(map).flatMap((key) => {
    const value = map[key] ?? null;
    const notes = entryNotes(map, key);
    const name = `${indent}${printKey(map, key)}:`;
    const lines = comments(notes, indent);
    if (isBlock(value))
      return [
        ...lines,
        withTrailing(name, notes),
        ...blockLines(value, isMap(value) ? `${indent}  ` : indent),
      ];
    const text = inline(value, textStyle(map, key), indent);
    return [...lines, withTrailing(text === '' ? name : `${name} ${text}`, notes)];
  });
}

function itemLines(list: readonly Value[], item: Value, index: number, indent: string): string[] {
  const notes = entryNotes(list, String(index));
  const lines = comments(notes, indent);
  if (!isBlock(item))
    return [
      ...lines,
      withTrailing(`${indent}- ${inline(item, textStyle(list, String(index)), indent)}`, notes),
    ];
  const [first = '', ...rest] = blockLines(item, `${indent}  `);
  return [...lines, `${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

function comments(notes: EntryNotes | undefined, indent: string): string[] {
  return (notes?.above ?? []).map(({ text, deeper }) => `${indent}${deeper ? '  ' : ''}${text}`);
}

function withTrailing(line: string, notes: EntryNotes | undefined): string {
  return notes?.trailing === undefined || line.includes('\n') ? line : `${line} ${notes.trailing}`;
}

function isBlock(value: Value): value is ValueMap | Value[] {
  if (isFlow(value)) return false;
  return Array.isArray(value) ? value.length > 0 : isMap(value) && Object.keys(value).length > 0;
}

/** A scalar or a collection in brackets; further lines of a text are indented below. */
function inline(value: Value, style: TextStyle | undefined, indent: string): string {
  if (Array.isArray(value))
    return `[${value.map((item, index) => inline(item, textStyle(value, String(index)), indent)).join(', ')}]`;
  if (isMap(value)) {
    const entries = entryOrder(value).map(
      (key) => `${printKey(value, key)}: ${inline(value[key] ?? null, textStyle(value, key), indent)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  const isText = typeof value === 'string' || (value instanceof ScalarText && value.type === 'folded');
  return isText ? printText(textOf(value), style, indent) : textOf(value);
}

function printKey(map: ValueMap, key: string): string {
  const style = textStyle(map, `\0${key}`);
  return style === undefined && /^[\w.-]+$/.test(key) ? key : printText(key, style, '');
}

function printText(text: string, style: TextStyle | undefined, indent: string): string {
  if (style === 'folded') return foldedBlock(text, `${indent}  `);
  if (style === 'double') return JSON.stringify(text);
  if (style === 'single' && !text.includes('\n')) return `'${text.replaceAll("'", "''")}'`;
  // Words such as `y` and times such as 1:30 stay as they were written, though new text of that kind would be put in quotes.
  const harmless = /^[A-Za-z0-9:.]*[A-Za-z0-9.]$/.test(text) && resolveScalar(text, 'go3').type === 'str';
  if (style === undefined && (harmless || chooseStyle(text, 'go3', false) === 'plain')) return text;
  const [first = '', ...rest] = emitYamlPretty(text).trimEnd().split('\n');
  return [first, ...rest.map((line) => (line === '' ? '' : indent + line))].join('\n');
}
