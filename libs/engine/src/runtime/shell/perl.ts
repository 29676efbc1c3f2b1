import type { Builtin } from './builtin.js';
import type { ShellState } from './shell-state.js';

/** Digits of a number that are worked out; the real program takes a minute for more. */
const MOST_DIGITS = 20_000;
/** How long a digit takes the real program, roughly. */
const DIGIT_MS = 1.5;
const GUARD_DIGITS = 10;

/** What a one-liner prints, and for how long it works. */
interface Printed {
  readonly text: string;
  readonly ms: number;
}

/** The first digits of pi as `bpi` of Math::BigFloat gives them: that many in all, the last one rounded. */
export function piDigits(digits: number): string {
  const unit = 10n ** BigInt(digits - 1 + GUARD_DIGITS);
  const exact = 16n * arcTangentOfInverse(5n, unit) - 4n * arcTangentOfInverse(239n, unit);
  const cut = 10n ** BigInt(GUARD_DIGITS);
  const text = String((exact + cut / 2n) / cut);
  return digits === 1 ? text : `${text.slice(0, 1)}.${text.slice(1)}`;
}

function arcTangentOfInverse(x: bigint, unit: bigint): bigint {
  let power = unit / x;
  let sum = power;
  for (let divisor = 3n, sign = -1n; power !== 0n; divisor += 2n, sign = -sign) {
    power /= x * x;
    sum += (sign * power) / divisor;
  }
  return sum;
}

/** `perl` with a program on its command line, as far as that prints texts, numbers and digits of pi. */
export const perl: Builtin = ({ state, args }) => {
  const { program, newline, modules, isVersion } = commandLine(args);
  if (isVersion) {
    state.write(
      'stdout',
      '\nThis is perl 5, version 42, subversion 0 (v5.42.0) built for x86_64-linux-gnu\n',
    );
    return 0;
  }
  const printed = program === undefined ? undefined : evaluate(program, newline, modules);
  if (printed === undefined) {
    state.noteUnknown();
    return 0;
  }
  return slowly(state, printed);
};

function* slowly(state: ShellState, { text, ms }: Printed): Generator<{ ms: number }, number, undefined> {
  if (ms > 0) yield { ms };
  state.write('stdout', text);
  return 0;
}

function commandLine(args: readonly string[]): {
  readonly program: string | undefined;
  readonly newline: string;
  readonly modules: ReadonlySet<string>;
  readonly isVersion: boolean;
} {
  const modules = new Set<string>();
  let newline = '';
  let program: string | undefined;
  let isVersion = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    const use = /^-[mM](.+)$/.exec(arg)?.[1];
    if (use !== undefined) modules.add(use);
    else if (/^-[wWltTv]*[eE]$/.test(arg)) program = args[++index] ?? '';
    if (/^-[wWeEtT]*l/.test(arg)) newline = '\n';
    if (arg === '-v' || arg === '--version') isVersion = true;
  }
  return { program, newline, modules, isVersion };
}

/** Undefined for a program that does more than print. */
function evaluate(program: string, newline: string, modules: ReadonlySet<string>): Printed | undefined {
  let text = '';
  let ms = 0;
  for (const statement of program.split(';').map((part) => part.trim())) {
    if (statement === '') continue;
    const list = /^(print|say)\b\s*\(?(.*?)\)?$/s.exec(statement.replace(/\)\s*\)$/, '))'));
    if (!list) return undefined;
    const [, verb, given = ''] = list;
    for (const item of given.split(/\s*,\s*(?=(?:[^"']|"[^"]*"|'[^']*')*$)/)) {
      const value = valueOf(item.trim(), modules);
      if (!value) return undefined;
      text += value.text;
      ms += value.ms;
    }
    text += verb === 'say' ? '\n' : newline;
  }
  return { text, ms };
}

function valueOf(item: string, modules: ReadonlySet<string>): Printed | undefined {
  const digits = /^bpi\s*\(?\s*(\d{1,6})\s*\)?$/.exec(item)?.[1];
  if (digits !== undefined && modules.has('bignum=bpi')) {
    const count = Math.max(1, Number(digits));
    return count > MOST_DIGITS ? undefined : { text: piDigits(count), ms: count * DIGIT_MS };
  }
  const single = /^'([^'\\]*)'$/.exec(item)?.[1];
  if (single !== undefined) return { text: single, ms: 0 };
  const double = /^"([^"$@]*)"$/.exec(item)?.[1];
  if (double !== undefined)
    return { text: double.replaceAll(/\\([nt"\\])/g, (_, char: string) => ESCAPES[char] ?? char), ms: 0 };
  return /^-?\d{1,15}$/.test(item) ? { text: String(Number(item)), ms: 0 } : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t' };
