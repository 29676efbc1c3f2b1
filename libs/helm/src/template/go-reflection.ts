import { GoObject, type GoMethods, type GoValue, NilMap, TypedMap, TypedSlice } from './values.js';

/** Methods of a value that has some. */
export function methodsOf(receiver: GoValue): GoMethods | undefined {
  if (receiver instanceof GoObject || receiver instanceof TypedMap || receiver instanceof TypedSlice) {
    return receiver.methods;
  }
  return undefined;
}

/** True when the elements are interfaces, which only errors show. */
export function hasBoxedElements(map: Map<string, GoValue>): boolean {
  return !(map instanceof TypedMap) || map.elementType === 'interface {}';
}

/** nil as a parameter of this type gets it: maps and lists read as empty. */
export function nilOf(type: string): GoValue {
  if (type === 'map') return new NilMap();
  if (type === 'value') return undefined;
  return type === 'list' || type === 'strings' ? [] : null;
}

/** The zero value of a map's element type, which a missing key gives. */
export function zeroOf(elementType: string): GoValue {
  if (elementType === 'string') return '';
  if (elementType === '[]uint8') return new Uint8Array();
  return null;
}
