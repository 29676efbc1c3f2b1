import { isJsonObject, parseYaml, setOwn, type JsonObject, type JsonValue } from '@lotse/manifests';
import { flatten, textOf } from './flatten.js';
import { generatorError } from './generator-error.js';
import { assertNotTooMany, type Generator } from './generator-context.js';
import type { Parameters } from './types.js';

/** `list`: the elements as they are written, and those of `elementsYaml` (a text, often filled by a matrix). */
export const listGenerator: Generator = async (spec, { goTemplate }, where) => {
  const { elements = [], elementsYaml } = spec;
  if (!Array.isArray(elements)) throw generatorError(`${where}.elements`, 'must be a list of objects.');
  const all: JsonValue[] = [...elements];
  if (typeof elementsYaml === 'string' && elementsYaml.trim() !== '') {
    const parsed = parseYaml(elementsYaml);
    if (!Array.isArray(parsed)) throw generatorError(`${where}.elementsYaml`, 'must be a list of objects.');
    all.push(...parsed);
  }
  assertNotTooMany(all.length, where);
  return all.map((element, index) => {
    if (!isJsonObject(element)) throw generatorError(`${where}.elements[${index}]`, 'must be an object.');
    return goTemplate ? element : flatElement(element);
  });
};

function flatElement(element: JsonObject): Parameters {
  const flat: Parameters = {};
  for (const [key, value] of Object.entries(element)) {
    if (isJsonObject(value))
      for (const [inner, text] of Object.entries(flatten(value))) setOwn(flat, `${key}.${inner}`, text);
    else setOwn(flat, key, textOf(value));
  }
  return flat;
}
