/** The message of a renderer, and a sentence after it that does not run into it. */
export function followedBy(message: string, sentence: string): string {
  const text = message.trimEnd();
  if (text.includes('\n')) return `${text}\n${sentence}`;
  return `${text}${/[.!?]$/.test(text) ? '' : '.'} ${sentence}`;
}
