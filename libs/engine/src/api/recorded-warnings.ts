/** Characters of all warnings of one answer, and of each of them once there are more (filters/warning.go). */
const MOST_CHARACTERS = 4096;
const MOST_OF_ONE = 256;

/** The warnings that go with an answer: each once, none that a header can't hold, and shortened when they are many. */
export function recordedWarnings(given: readonly string[]): string[] {
  const texts = [...new Set(given)].filter((text) => text !== '' && !/\p{Cc}/u.test(text));
  if (lengthOf(texts) <= MOST_CHARACTERS) return texts;
  const kept: string[] = [];
  for (const text of texts) {
    if (lengthOf(kept) >= MOST_CHARACTERS) break;
    kept.push(Array.from(text).slice(0, MOST_OF_ONE).join(''));
  }
  return kept;
}

const lengthOf = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Array.from(text).length, 0);
