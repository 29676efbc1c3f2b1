/** True when positions in the text are not positions of its characters. */
export function hasAstral(text: string): boolean {
  return /[\ud800-\udbff]/.test(text);
}

/** The characters of a text, by code point. */
export function codePoints(text: string): string[] {
  return hasAstral(text) ? Array.from(text) : text.split('');
}
