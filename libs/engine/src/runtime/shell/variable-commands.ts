import { atOnce, type ShellCommand } from './builtin.js';
import { durationMs } from './job-commands.js';
import { charged, type ShellState } from './shell-state.js';

const NAME = /^[A-Za-z_]\w*$/;
/** Options by their letters, of those that change anything here. */
const LETTERS: Readonly<Record<string, string>> = { errexit: 'e', nounset: 'u', xtrace: 'x', noglob: 'f' };

/** More options than any shell has. */
const MOST_OPTIONS = 64;
/** Parameters that are moved for the price of one command. */
const MOVED_PER_WORK = 4096;

/** Takes a line of the input apart: a word for each variable, and what is left for the last. */
const read: ShellCommand = function* (args, state) {
  let isRaw = false;
  let limitMs = Infinity;
  let length: number | undefined;
  const names: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    const [, letters, valued, own] = /^-([rse]*)(?:([ptnNdui])(.*))?$/s.exec(arg) ?? [];
    if (arg === '--' || !arg.startsWith('-')) {
      if (arg !== '--') names.push(arg);
      continue;
    }
    if (letters?.includes('r')) isRaw = true;
    if (valued === undefined) continue;
    const value = own === '' || own === undefined ? (args[++index] ?? '') : own;
    if (valued === 'p') state.write('stderr', value);
    else if (valued === 't') limitMs = durationMs(value) ?? Infinity;
    else if (valued === 'n' || valued === 'N') length = Number(value) || 1;
  }
  const { input } = state;
  const isThere = (): boolean => (length === undefined ? input.hasLine : input.isReady);
  if (!isThere()) yield { ms: limitMs, until: isThere };
  if (!isThere()) return 142;
  const taken = length === undefined ? input.takeLine() : input.take(length);
  const line = charged(state, taken ?? '');
  const isWhole = length === undefined ? line.endsWith('\n') : line !== '';
  assign(names.length > 0 ? names : ['REPLY'], isWhole ? line.replace(/\n$/, '') : line, isRaw, state);
  return isWhole ? 0 : 1;
};

function assign(names: readonly string[], line: string, isRaw: boolean, state: ShellState): void {
  const text = isRaw ? line : line.replace(/\\(.)/gs, '$1');
  const separators = state.variables.get('IFS') ?? ' \t\n';
  const isBlank = (char: string): boolean => separators.includes(char) && /\s/.test(char);
  const isSeparator = (char: string): boolean => char !== '' && separators.includes(char);
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charAt(start))) start++;
  while (end > start && isBlank(text.charAt(end - 1))) end--;
  for (const [index, name] of names.entries()) {
    let stop = start;
    if (index === names.length - 1) stop = end;
    else while (stop < end && !isSeparator(text.charAt(stop))) stop++;
    state.variables.set(name, text.slice(start, stop));
    start = stop;
    while (start < end && isBlank(text.charAt(start))) start++;
    if (start < end && isSeparator(text.charAt(start))) start++;
    while (start < end && isBlank(text.charAt(start))) start++;
  }
}

const set: ShellCommand = atOnce((args, state) => {
  if (args.length === 0) {
    const lines = [...state.variables].map(([name, value]) => `${name}='${value}'\n`);
    state.write('stdout', lines.sort().join(''));
    return 0;
  }
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--' || !/^[-+]./.test(arg)) {
      state.parameters = args.slice(arg === '--' ? index + 1 : index);
      return 0;
    }
    for (const letter of arg.slice(1)) {
      const name = letter === 'o' ? (args[++index] ?? '') : letter;
      const option = Object.hasOwn(LETTERS, name) ? (LETTERS[name] ?? name) : name;
      if (!arg.startsWith('-')) state.options.delete(option);
      else if (state.options.size < MOST_OPTIONS) state.options.add(option);
    }
  }
  return 0;
});

const shift: ShellCommand = atOnce((args, state) => {
  const count = Number(args[0] ?? 1) || 0;
  if (count > state.parameters.length) return 1;
  state.work += state.parameters.length / MOVED_PER_WORK;
  state.parameters = state.parameters.slice(count);
  return 0;
});

const unset: ShellCommand = atOnce((args, state) => {
  for (const name of args) {
    if (!args.includes('-f')) state.variables.delete(name);
    state.exported.delete(name);
    if (!args.includes('-v')) state.functions.delete(name);
  }
  return 0;
});

/** `name=value` or a name alone, told to each in turn. */
const declaring = (act: (name: string, state: ShellState) => void): ShellCommand =>
  atOnce((args, state) => {
    for (const arg of args.filter((each) => !each.startsWith('-'))) {
      const at = arg.indexOf('=');
      const name = at < 0 ? arg : arg.slice(0, at);
      if (!NAME.test(name)) {
        state.write('stderr', `${state.shell}: ${name}: bad variable name\n`);
        return 2;
      }
      act(name, state);
      if (at >= 0) state.variables.set(name, arg.slice(at + 1));
    }
    return 0;
  });

const local = declaring((name, { locals, variables }) => {
  if (locals && !locals.has(name)) locals.set(name, variables.get(name));
});

/** Takes options one after the other. */
const getopts: ShellCommand = atOnce((args, state) => {
  const [options = '', name = '', ...given] = args;
  const words = given.length > 0 ? given : state.parameters;
  const { variables } = state;
  let at = Number(variables.get('OPTIND') ?? 1) || 1;
  let within = Number(variables.get('OPTSUB') ?? 1) || 1;
  const word = words[at - 1] ?? '';
  if (!/^-./.test(word) || word === '--') {
    variables.set(name, '?');
    if (word === '--') variables.set('OPTIND', String(at + 1));
    return 1;
  }
  const letter = word.charAt(within++);
  const place = letter === ':' ? -1 : options.indexOf(letter, options.startsWith(':') ? 1 : 0);
  const takesValue = place >= 0 && options[place + 1] === ':';
  variables.delete('OPTARG');
  if (takesValue) {
    const own = word.slice(within);
    const value = own === '' ? words[at] : own;
    at += own === '' ? 2 : 1;
    within = 1;
    variables.set('OPTARG', value ?? '');
  } else if (within >= word.length) {
    at++;
    within = 1;
  }
  variables.set('OPTIND', String(at));
  variables.set('OPTSUB', String(within));
  if (place >= 0) variables.set(name, letter);
  else {
    variables.set(name, '?');
    if (options.startsWith(':')) variables.set('OPTARG', letter);
    else state.write('stderr', `${state.shell}: illegal option -${letter}\n`);
  }
  return 0;
});

/** Commands about variables, parameters and options. */
export const VARIABLE_COMMANDS: readonly (readonly [string, ShellCommand])[] = [
  ['read', read],
  ['set', set],
  ['shift', shift],
  ['unset', unset],
  ['export', declaring((name, { exported }) => exported.add(name))],
  ['readonly', declaring(() => undefined)],
  ['declare', declaring(() => undefined)],
  ['typeset', declaring(() => undefined)],
  ['local', local],
  ['getopts', getopts],
];
