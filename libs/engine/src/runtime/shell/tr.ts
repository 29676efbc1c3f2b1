import type { Builtin } from './builtin.js';
import { eachPiece } from './stream-commands.js';
import { withEscapes } from './words.js';

const CLASSES: Readonly<Record<string, string>> = {
  upper: 'A-Z',
  lower: 'a-z',
  digit: '0-9',
  alpha: 'A-Za-z',
  alnum: 'A-Za-z0-9',
  space: ' \t\n\r\f\v',
  blank: ' \t',
  punct: '!-/:-@[-`{-~',
};
/** Characters that a range comes to at most. */
const MOST_IN_RANGE = 65_536;

function charsOf(set: string): string[] {
  const text = withEscapes(set.replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole));
  const chars: string[] = [];
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (text[index + 1] !== '-' || index + 2 >= text.length) {
      chars.push(char);
      continue;
    }
    const end = text.charCodeAt(index + 2);
    for (let code = char.charCodeAt(0); code <= end && chars.length < MOST_IN_RANGE; code++)
      chars.push(String.fromCharCode(code));
    index += 2;
  }
  return chars;
}

/** Translates, deletes or squeezes characters. */
export const tr: Builtin = function* (context) {
  const { state, args } = context;
  const flags = args.filter((arg) => /^-[cCdst]+$/.test(arg)).join('');
  const [first = '', second] = args.filter((arg) => !/^-[cCdst]+$/.test(arg));
  const isOther = /c/i.test(flags);
  const from = charsOf(first);
  const to = second === undefined ? [] : charsOf(second);
  const known = new Set(from);
  const squeezed = new Set(second === undefined || flags.includes('d') ? from : to);
  const table = new Map(from.map((char, index) => [char, to[Math.min(index, to.length - 1)] ?? char]));
  const deletes = flags.includes('d');
  let last = '';
  yield* eachPiece(
    context,
    (text) => {
      // Joined at once: a text that grows by characters is a tree of as many strings, which others pay for.
      const kept: string[] = [];
      for (const char of text) {
        const isMeant = known.has(char) !== isOther;
        if (isMeant && deletes) continue;
        const changed =
          isMeant && to.length > 0 ? (isOther ? (to.at(-1) ?? char) : (table.get(char) ?? char)) : char;
        const squeezes = second === undefined ? isMeant : squeezed.has(changed);
        if (flags.includes('s') && changed === last && squeezes) continue;
        last = changed;
        kept.push(changed);
      }
      if (kept.length > 0) state.write('stdout', kept.join(''));
    },
    false,
  );
  return 0;
};
