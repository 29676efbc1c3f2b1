import { isJsonObject } from '@lotse/manifests';
import type { FieldType } from '../registry/field-type.js';
import { elementOf, isLeaf } from './list-elements.js';
import { shownElement } from './shown-element.js';

/**
 * What is wrong with the lists of a configuration that are sets or maps (structured-merge-diff typed/validate.go): an item that
 * stands twice or lacks what it is told apart by. Undefined when nothing is.
 */
export function listProblem(value: unknown, type: FieldType, path = ''): string | undefined {
  if (isLeaf(value, type)) return undefined;
  if (Array.isArray(value)) return elementProblem(value, type, path);
  if (!isJsonObject(value)) return undefined;
  for (const key of Object.keys(value)) {
    const field = type.field(key);
    const problem = field && listProblem(value[key], field, `${path}.${key}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function elementProblem(list: readonly unknown[], type: FieldType, path: string): string | undefined {
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const element = elementOf(item, type);
    if (element === undefined)
      return `${path}: element ${index}: associative list with keys has an element that omits key field ${JSON.stringify(type.listKeys[0])} (and doesn't have default value)`;
    const shown = shownElement(element);
    if (seen.has(element)) return `${path}: duplicate entries for key ${shown}`;
    seen.add(element);
    const problem = listProblem(item, type.items(), `${path}${shown}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
