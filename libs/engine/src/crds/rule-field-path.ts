import type { JSONSchemaProps } from '../types/index.js';

const STEP = /\.([^.[\]]+)|\['((?:[^'\\]|\\[abfnrtv'\\])*)'\]/y;

/** True when a path such as `.spec.names['a.b']` leads to a declared field or a key of a map (apiextensions schema/cel ValidFieldPath). */
export function fieldPathFits(path: string, schema: JSONSchemaProps): boolean {
  let at: JSONSchemaProps | undefined = schema;
  let index = 0;
  while (index < path.length) {
    STEP.lastIndex = index;
    const match = STEP.exec(path);
    if (!match || !at) return false;
    index += match[0].length;
    at = below(at, match[1] ?? (match[2] ?? '').replaceAll(/\\(.)/g, '$1'));
    if (!at) return false;
  }
  return true;
}

function below(
  { properties, additionalProperties: others }: JSONSchemaProps,
  key: string,
): JSONSchemaProps | undefined {
  if (properties) return Object.hasOwn(properties, key) ? properties[key] : undefined;
  return typeof others === 'object' ? others : undefined;
}
