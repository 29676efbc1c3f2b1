/** One thing wrong with a value, with what led to it. */
export interface SchemaProblem {
  /** Keys and indexes from the root of the values. */
  readonly path: readonly string[];
  readonly message: string;
  readonly causes: readonly SchemaProblem[];
  /** `group` stands for several problems of one schema, `reference` for those behind a `$ref`. */
  readonly kind: 'plain' | 'group' | 'reference';
}

/** A problem without causes unless some are given. */
export function problem(
  path: readonly string[],
  message: string,
  causes: readonly SchemaProblem[] = [],
  kind: SchemaProblem['kind'] = 'plain',
): SchemaProblem {
  return { path, message, causes, kind };
}

/** The problems as lines `- at '/a/b': what`, causes indented below; a reference to one problem shows that alone. */
export function problemText(root: SchemaProblem): string {
  const top = root.kind === 'group' ? root.causes : [root];
  return top.map((item) => linesOf(item, 0)).join('');
}

function linesOf(item: SchemaProblem, depth: number): string {
  const skipped = item.kind === 'reference' && item.causes.length === 1;
  const line = skipped ? '' : `${'  '.repeat(depth)}- at ${quoted(pointer(item.path))}: ${item.message}\n`;
  return line + item.causes.map((cause) => linesOf(cause, skipped ? depth : depth + 1)).join('');
}

function pointer(path: readonly string[]): string {
  return path.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A text in single quotes, as messages show names and values. */
export function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A number as messages show it: thousands are separated. */
export function numberText(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 20 });
}
