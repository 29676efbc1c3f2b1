/**
 * The text without what it ends with of one character: `a//` is `a`. It costs as much as there is to take away; a regular expression
 * such as `/\/+$/` costs the square of a long run that something else follows.
 */
export function withoutTrailing(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end--;
  return end === text.length ? text : text.slice(0, end);
}
