/** Rows as aligned columns under their heads, as kubectl prints them. */
export function table(heads: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const all = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      heads
        .map((_, column) => (row[column] ?? '').padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
