import type { JSONSchemaProps } from '../types/index.js';

const STEP = /\.([^.[\]]+)|\['((?:[^'\\]|\\[abfnrtv'\\])*)'\]/y;

/** What a path leads to, and how Kubernetes prints the path. */
export interface FoundField {
  readonly path: string;
  readonly schema: JSONSchemaProps;
}

/**
 * Follows a path such as `.spec.names['a.b']` through a schema, to a declared field or a key of a map (apiextensions schema/cel
 * ValidFieldPath). Undefined when there is no such place.
 */
export function findField(path: string, schema: JSONSchemaProps): FoundField | undefined {
  let at = schema;
  let index = 0;
  let printed = '';
  while (index < path.length) {
    STEP.lastIndex = index;
    const match = STEP.exec(path);
    if (!match) return undefined;
    index += match[0].length;
    const key = match[1] ?? (match[2] ?? '').replaceAll(/\\(.)/g, '$1');
    const isNamed = at.properties !== undefined;
    const next = isNamed ? own(at.properties, key) : at.additionalProperties;
    if (typeof next !== 'object') return undefined;
    printed += isNamed ? `${printed === '' ? '' : '.'}${key}` : `[${key}]`;
    at = next;
  }
  return { path: printed, schema: at };
}

/** The path as Kubernetes prints it; undefined when it leads nowhere. */
export const normalizedFieldPath = (path: string, schema: JSONSchemaProps): string | undefined =>
  findField(path, schema)?.path;

const own = (properties: JSONSchemaProps['properties'], key: string): JSONSchemaProps | undefined =>
  properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
