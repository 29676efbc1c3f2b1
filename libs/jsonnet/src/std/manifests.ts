import { plainNumber } from '../number-text.js';
import type { JsonStyle } from '../json-style.js';
import { isList, JsonnetObject, typeOf, type Value } from '../values.js';
import { fieldOf } from './field-of.js';
import type { Call, Native } from './native.js';
import { python, pythonVariables } from './python.js';
import { toml } from './toml.js';
import { yamlDocument } from './yaml.js';

function style(indent: string, newline = '\n', colon = ': '): JsonStyle {
  return {
    indent,
    newline,
    colon,
    comma: ',',
    number: plainNumber,
    nothing: (lineStart) => (newline === '' ? '' : newline + lineStart),
  };
}

/** Values to texts of other formats. */
export const MANIFESTS: readonly Native[] = [
  ['manifestJson', 'value', (call) => call.evaluation.text.json(call.value(0), style('    '))],
  ['manifestJsonMinified', 'value', (call) => call.evaluation.text.json(call.value(0), style('', '', ':'))],
  [
    'manifestJsonEx',
    'value, indent, newline?, key_val_sep?',
    (call) => {
      const newline = call.text(2, '\n');
      return call.evaluation.text.json(call.value(0), style(call.text(1), newline, call.text(3, ': ')));
    },
  ],
  [
    'manifestYamlDoc',
    'value, indent_array_in_object?, quote_keys?',
    (call) =>
      yamlDocument(call, call.value(0), { indentArrays: call.flag(1, false), quoteKeys: call.flag(2, true) }),
  ],
  [
    'manifestYamlStream',
    'value, indent_array_in_object?, c_document_end?, quote_keys?',
    (call) => {
      const documents = call.list(0).map((item) =>
        yamlDocument(call, call.evaluation.force(item), {
          indentArrays: call.flag(1, false),
          quoteKeys: call.flag(3, true),
        }),
      );
      return `---\n${documents.join('\n---\n')}${call.flag(2, true) ? '\n...\n' : '\n'}`;
    },
  ],
  ['manifestToml', 'value', (call) => toml(call, call.object(0), '  ')],
  ['manifestTomlEx', 'value, indent', (call) => toml(call, call.object(0), call.text(1))],
  ['manifestIni', 'ini', ini],
  ['manifestPython', 'v', (call) => python(call, call.value(0))],
  ['manifestPythonVars', 'conf', (call) => pythonVariables(call, call.object(0))],
  ['manifestXmlJsonml', 'value', (call) => xml(call, call.list(0))],
];

function ini(call: Call): string {
  const lines: string[] = [];
  const body = (section: Value): void => {
    if (!(section instanceof JsonnetObject))
      return call.fail(`a section must be an object, got ${typeOf(section)}`);
    for (const key of section.names(false)) {
      const value = fieldOf(call, section, key);
      for (const each of isList(value) ? value : [value])
        lines.push(`${key} = ${call.evaluation.text.of(call.evaluation.force(each))}`);
    }
  };
  const root = call.object(0);
  if (root.shown.get('main') === true) body(fieldOf(call, root, 'main'));
  const sections = fieldOf(call, root, 'sections');
  if (!(sections instanceof JsonnetObject)) return call.fail('sections must be an object');
  for (const name of sections.names(false)) {
    lines.push(`[${name}]`);
    body(fieldOf(call, sections, name));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function xml(call: Call, value: Value): string {
  // nothing is escaped: that is left to programs
  if (typeof value === 'string') return value;
  if (!isList(value)) return call.fail(`expected a string or an array, got ${typeOf(value)}`);
  const [first, ...rest] = value.map((item) => call.evaluation.force(item));
  if (typeof first !== 'string') return call.fail('an element begins with its name');
  const [second] = rest;
  const attributes = second instanceof JsonnetObject ? second : undefined;
  const shown = (attributes?.names(false) ?? []).map(
    (name) => ` ${name}="${call.evaluation.text.of(attributes ? fieldOf(call, attributes, name) : null)}"`,
  );
  call.evaluation.enter();
  const children = (attributes ? rest.slice(1) : rest).map((child) => xml(call, child));
  call.evaluation.leave();
  return call.evaluation.operators.checkLength(`<${first}${shown.join('')}>${children.join('')}</${first}>`);
}
