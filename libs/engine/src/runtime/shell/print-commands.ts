import type { Builtin } from './builtin.js';
import { withEscapes } from './words.js';

/** Times that a format is gone through for all its values. */
const MOST_ROUNDS = 10_000;
/** Widest field of a format. */
const WIDEST = 4096;

const echo: Builtin = ({ state, args }) => {
  let first = 0;
  while (/^-[neE]+$/.test(args[first] ?? '')) first++;
  const flags = args.slice(0, first).join('');
  const text = args.slice(first).join(' ');
  state.write('stdout', (flags.includes('e') ? withEscapes(text) : text) + (flags.includes('n') ? '' : '\n'));
  return 0;
};

const FIELD = /%(%|([-+0 #]*)(\d+|\*)?(?:\.(\d+))?([sdiuxXocbqfeg]))/g;

const printf: Builtin = ({ state, args }) => {
  const [format = '', ...values] = args[0] === '--' ? args.slice(1) : args;
  let next = 0;
  let text = '';
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = next;
    text += withEscapes(format).replace(
      FIELD,
      (_, kind: string, flags = '', width?: string, precision?: string, letter = '') => {
        if (kind === '%') return '%';
        const wide = width === '*' ? values[next++] : width;
        return padded(shown(values[next++], letter, precision, flags), flags, Number(wide ?? 0), letter);
      },
    );
    if (next >= values.length || next === before) break;
  }
  state.write('stdout', text);
  return 0;
};

function shown(
  value: string | undefined,
  letter: string,
  precision: string | undefined,
  flags: string,
): string {
  const number = (): number => {
    const own = /^['"](.)/s.exec(value ?? '')?.[1];
    return own === undefined ? Number(value ?? 0) || 0 : (own.codePointAt(0) ?? 0);
  };
  switch (letter) {
    case 's':
      return (value ?? '').slice(0, precision === undefined ? undefined : Number(precision));
    case 'b':
      return withEscapes(value ?? '');
    case 'c':
      return (value ?? '').charAt(0);
    case 'q':
      return /^[\w./:@%+=-]+$/.test(value ?? '')
        ? (value ?? '')
        : `'${(value ?? '').replaceAll("'", "'\\''")}'`;
    case 'x':
      return Math.trunc(number()).toString(16);
    case 'X':
      return Math.trunc(number()).toString(16).toUpperCase();
    case 'o':
      return Math.trunc(number()).toString(8);
    case 'f':
      return number().toFixed(Math.min(20, Number(precision ?? 6)));
    case 'e':
      return number().toExponential(Math.min(20, Number(precision ?? 6)));
    case 'g':
      return String(number());
    default: {
      const whole = Math.trunc(number());
      return flags.includes('+') && whole >= 0 ? `+${whole}` : String(whole);
    }
  }
}

function padded(text: string, flags: string, width: number, letter: string): string {
  const wanted = Math.min(WIDEST, width);
  if (flags.includes('-')) return text.padEnd(wanted);
  if (!flags.includes('0') || 'sbcq'.includes(letter)) return text.padStart(wanted);
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(wanted - sign.length, '0');
}

/** Commands that print what they are given. */
export const PRINT_COMMANDS: readonly (readonly [string, Builtin])[] = [
  ['echo', echo],
  ['printf', printf],
];
