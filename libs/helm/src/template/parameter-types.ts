import { GoInt, type GoValue, type ParameterType, TypedMap, TypedSlice, typeName } from './values.js';

const DISPLAY: ReadonlyMap<string, string> = new Map([
  ['any', 'interface {}'],
  ['value', 'reflect.Value'],
  ['map', 'map[string]interface {}'],
  ['list', '[]interface {}'],
  ['strings', '[]string'],
]);
const NILLABLE: ReadonlySet<string> = new Set(['any', 'value', 'map', 'list', 'strings', 'error']);

/** The Go name of a declared parameter type. */
export function displayType(type: ParameterType): string {
  return DISPLAY.get(type) ?? type;
}

/** True when nil may be passed for the parameter. */
export function canBeNil(type: ParameterType): boolean {
  return NILLABLE.has(type) || type.startsWith('*');
}

/** Go's assignability of a value that is not nil to a parameter. */
export function isAssignable(value: GoValue, type: ParameterType): boolean {
  switch (type) {
    case 'any':
    case 'value':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'float64':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    case 'map':
      return value instanceof Map && (!(value instanceof TypedMap) || value.elementType === 'interface {}');
    case 'list':
      return Array.isArray(value) && !(value instanceof TypedSlice);
    case 'strings':
      return value instanceof TypedSlice && value.elementType === 'string';
    default:
      if (value instanceof GoInt) return value.kind === type;
      return typeName(value) === type || typeName(value) === `*${type}`;
  }
}
