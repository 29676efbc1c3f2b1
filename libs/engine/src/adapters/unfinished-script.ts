/** What the parser says when a script ends before a construct of it does. */
const ENDS_TOO_EARLY = /unexpected EOF|got EOF|looking for matching/;
const AT_PLACE = /Parse error at (\d+):(\d+)/;

/** True when more has to follow: an open quote, loop, function or here-document, or a line that says it goes on. */
export function isUnfinished(source: string, parse: (source: string) => unknown): boolean {
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(source) || /(?:&&|\|\|?)\s*$/.test(source)) return true;
  try {
    parse(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (ENDS_TOO_EARLY.test(message)) return true;
    const [, line, column] = AT_PLACE.exec(message) ?? [];
    const lines = source.split('\n');
    return Number(line) === lines.length && Number(column) > (lines.at(-1)?.trimEnd().length ?? 0);
  }
  return hasOpenDocument(source);
}

function hasOpenDocument(source: string): boolean {
  const lines = source.split('\n');
  return lines.some((line, at) => {
    const end = /(?<!<)<<(-?)\s*(["']?)([\w.-]+)\2/.exec(line);
    if (!end) return false;
    const isEnd = (text: string): boolean => (end[1] ? text.replace(/^\t+/, '') : text) === end[3];
    return !lines.slice(at + 1).some(isEnd);
  });
}
