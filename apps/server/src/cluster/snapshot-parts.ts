import type { StoreSnapshot } from '@lotse/engine';

export type SnapshotObject = StoreSnapshot['objects'][number];

/** Text of one part: a few milliseconds of the event loop. A single object that is longer is a part of its own. */
const PART_CHARACTERS = 1 << 20;

/** The objects as JSON lists of bounded size, one after the other: between two of them others can work. */
export function* snapshotParts(
  objects: Iterable<SnapshotObject>,
  maxCharacters = PART_CHARACTERS,
): Generator<string> {
  let texts: string[] = [];
  let characters = 0;
  for (const object of objects) {
    const text = JSON.stringify(object);
    if (texts.length > 0 && characters + text.length > maxCharacters) {
      yield `[${texts.join(',')}]`;
      texts = [];
      characters = 0;
    }
    texts.push(text);
    characters += text.length;
  }
  if (texts.length > 0) yield `[${texts.join(',')}]`;
}
