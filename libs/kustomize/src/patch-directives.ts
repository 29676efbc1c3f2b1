import { getOwn } from '@lotse/manifests';
import { kustomizeError } from './kustomize-error.js';
import { cloneValue, isMap, textOf, type Value, type ValueMap } from './values.js';

/** What a `$patch` asks for. */
type Directive = 'merge' | 'replace' | 'delete';

const DIRECTIVE = '$patch';

/** A copy for merging a value that replaces into itself, where directives count once. */
export function withoutDirectives(value: Value | undefined): Value | undefined {
  const copy = value === undefined ? undefined : cloneValue(value);
  dropDirectives(copy);
  return copy;
}

function dropDirectives(value: Value | undefined): void {
  if (Array.isArray(value)) return value.forEach(dropDirectives);
  if (!isMap(value)) return;
  delete value[DIRECTIVE];
  for (const key of Object.keys(value)) dropDirectives(value[key]);
}

/** Reads and removes `$patch`; a map with nothing else beside `delete` or `replace` is emptied. */
export function takeDirective(map: ValueMap, strict: boolean, path: string): Directive {
  const directive = getOwn(map, DIRECTIVE);
  if (directive === undefined) return 'merge';
  const text = textOf(directive);
  if (text !== 'merge' && text !== 'replace' && text !== 'delete') {
    if (!strict) return 'merge';
    throw kustomizeError(
      'patch-directive',
      `unknown patch strategy '${text}' at ${path || 'the top'}; use merge, replace or delete`,
      {
        field: path,
      },
    );
  }
  delete map[DIRECTIVE];
  return text;
}

/** A list says what to do with it by an entry that has nothing but `$patch`. */
export function takeListDirective(list: Value[], path: string): Directive {
  const first = list.find((item) => isMap(item) && getOwn(item, DIRECTIVE) !== undefined);
  if (!isMap(first) || Object.keys(first).length > 1) return 'merge';
  const text = textOf(getOwn(first, DIRECTIVE));
  const directive = takeDirective(first, true, path);
  for (let i = list.length - 1; i >= 0; i--) {
    const item = list[i] ?? null;
    if (item === first || (isMap(item) && textOf(getOwn(item, DIRECTIVE)) === text)) list.splice(i, 1);
  }
  return directive;
}
