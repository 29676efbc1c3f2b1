import { escapeJson, plainNumber } from '../number-text.js';
import { isList, JsonnetObject, typeOf, type Value } from '../values.js';
import { fieldOf } from './field-of.js';
import type { Call } from './native.js';

/** How `std.manifestYamlDoc` writes. */
export interface YamlStyle {
  readonly indentArrays: boolean;
  readonly quoteKeys: boolean;
}

/** A value as a document of YAML. */
export function yamlDocument(call: Call, value: Value, style: YamlStyle): string {
  return call.evaluation.operators.checkLength(write(call, value, '', style));
}

function write(call: Call, value: Value, indent: string, style: YamlStyle): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return plainNumber(value);
  if (typeof value === 'string') return scalar(value, indent);
  call.evaluation.enter();
  let text: string;
  if (isList(value)) text = list(call, value, indent, style);
  else if (value instanceof JsonnetObject) text = map(call, value, indent, style);
  else text = call.fail(`cannot manifest ${typeOf(value)}`);
  call.evaluation.leave();
  return text;
}

function scalar(text: string, indent: string): string {
  if (text === '') return '""';
  if (!text.endsWith('\n')) return escapeJson(text);
  return ['|', ...text.slice(0, -1).split('\n')].join(`\n${indent}  `);
}

function isFilled(value: Value): boolean {
  return (
    (isList(value) && value.length > 0) || (value instanceof JsonnetObject && value.names(false).length > 0)
  );
}

function list(call: Call, value: Value & readonly unknown[], indent: string, style: YamlStyle): string {
  if (!isList(value) || value.length === 0) return '[]';
  const inner = `${indent}  `;
  return value
    .map((lazy) => {
      const item = call.evaluation.force(lazy);
      if (!isFilled(item)) return `- ${write(call, item, indent, style)}`;
      return `-${isList(item) ? `\n${inner}` : ' '}${write(call, item, inner, style)}`;
    })
    .join(`\n${indent}`);
}

function map(call: Call, value: JsonnetObject, indent: string, style: YamlStyle): string {
  const names = value.names(false);
  if (names.length === 0) return '{}';
  return names
    .map((name) => {
      const key = style.quoteKeys || !isBareKey(name) ? escapeJson(name) : name;
      const item = fieldOf(call, value, name);
      if (!isFilled(item)) return `${key}: ${write(call, item, indent, style)}`;
      const inner = isList(item) && !style.indentArrays ? indent : `${indent}  `;
      return `${key}:\n${inner}${write(call, item, inner, style)}`;
    })
    .join(`\n${indent}`);
}

const RESERVED = new Set('true false yes no on off y n .nan -.inf +.inf .inf null - --- ~'.split(' '));

/** True for keys that YAML 1.1 reads as the text they are. */
function isBareKey(key: string): boolean {
  if (!/^[A-Za-z0-9_./-]+$/.test(key) || RESERVED.has(key.toLowerCase())) return false;
  const looksLikeNumber =
    /^[-+]?[0-9_]+$/.test(key) ||
    /^[-+]?0x[0-9A-Fa-f_]+$/.test(key) ||
    /^[-+]?0b[01_]+$/.test(key) ||
    /^[-+]?[0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?$/.test(key) ||
    /^[-+]?[0-9_]+[eE][-+]?[0-9]+$/.test(key);
  const looksLikeDate = /^[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}$/.test(key);
  return !looksLikeNumber && !looksLikeDate;
}
