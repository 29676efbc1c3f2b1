import type { JsonValue } from '@lotse/manifests';

/** Nesting accepted here: no API type is deeper than about 60, and generic code recurses. */
export const DEEPEST_OBJECT = 500;

/** Reads JSON that another server has sent. Throws a SyntaxError as `JSON.parse` does, and for what nests too deeply. */
export function parseBoundedJson(text: string): JsonValue {
  const value = JSON.parse(text) as JsonValue;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x22) index = endOfString(text, index);
    else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) depth--;
    if (depth > DEEPEST_OBJECT) throw new SyntaxError(`it nests more than ${DEEPEST_OBJECT} levels deep`);
  }
  return value;
}

/** Where a string of JSON ends that begins at `start`. */
export function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x5c) index++;
    else if (code === 0x22) return index;
  }
  return text.length;
}
