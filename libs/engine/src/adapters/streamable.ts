import { parseScript } from '../runtime/shell/parse.js';
import { ShellSyntaxError, type Command, type Redirection, type Word } from '../runtime/shell/syntax.js';

/** Commands that the small shell runs as the large one does, with what they read as it comes. */
const KNOWN = new Set(
  ': [ break cat cd continue date echo egrep exit export false fgrep grep head hostname jobs kill local mkdir printf pwd read return rm seq set shift sleep tail tee test timeout touch tr trap true unset wait wc yes'.split(
    ' ',
  ),
);
const SHELLS = new Set(['sh', 'ash', 'dash', 'bash']);
/** A `sed` with a single substitution. */
const SUBSTITUTION = /^s([/|,#])(?:(?!\1)[^\\])*\1(?:(?!\1)[^\\])*\1[gI]?$/;

/** What has to be run as its input comes and beside other things of it, as far as that can be seen. */
export interface Streamable {
  /** True when it has jobs, or a part that never ends by itself. */
  readonly isEndless: boolean;
}

/** What the small shell makes of a command; undefined for one that it may not do justice to. */
export function streamable(command: readonly string[]): Streamable | undefined {
  const [program = '', ...args] = command;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const seen = { isEndless: false, functions: new Set<string>() };
  if (SHELLS.has(name)) {
    const [flags = '', script] = args;
    if (!/^-e?c$/.test(flags) || script === undefined) return undefined;
    return isKnownScript(script, seen) ? seen : undefined;
  }
  const words = command.map((text): Word => [{ type: 'text', text, quoted: true }]);
  const simple: Command = { type: 'simple', assignments: [], words, redirections: [] };
  return isKnown(simple, seen) ? seen : undefined;
}

interface Seen {
  isEndless: boolean;
  readonly functions: Set<string>;
}

function isKnownScript(script: string, seen: Seen): boolean {
  try {
    return isKnown(parseScript(script), seen);
  } catch (error) {
    if (error instanceof ShellSyntaxError) return false;
    throw error;
  }
}

function isKnown(command: Command, seen: Seen): boolean {
  const known = (each: Command): boolean => isKnown(each, seen);
  const words = (list: readonly Word[]): boolean => list.every((word) => isKnownWord(word, seen));
  switch (command.type) {
    case 'list':
    case 'pipe':
      return command.commands.every(known);
    case 'and':
    case 'or':
      return known(command.left) && known(command.right);
    case 'not':
      return known(command.command);
    case 'background':
      seen.isEndless = true;
      return known(command.command);
    case 'loop':
      return known(command.condition) && known(command.body);
    case 'for':
      return words(command.words ?? []) && known(command.body);
    case 'if':
      return (
        command.branches.every(({ condition, body }) => known(condition) && known(body)) &&
        (!command.otherwise || known(command.otherwise))
      );
    case 'case':
      return (
        words([command.word]) &&
        command.branches.every(({ patterns, body }) => words(patterns) && known(body))
      );
    case 'function':
      seen.functions.add(command.name);
      return known(command.body);
    case 'group':
      return areKnown(command.redirections, seen) && known(command.body);
    case 'test':
      return false;
    case 'simple': {
      const { assignments } = command;
      const values = assignments.map(({ value }) => value);
      if (!words([...values, ...command.words]) || !areKnown(command.redirections, seen)) return false;
      const [name, ...args] = command.words.map(plain);
      if (name === undefined) return command.words.length === 0;
      if (seen.functions.has(name)) return true;
      const program = name.slice(name.lastIndexOf('/') + 1);
      if (program === 'yes' || (program === 'tail' && args.some((arg) => /^-\w*[fF]/.test(arg ?? ''))))
        seen.isEndless = true;
      if (program === 'sed') return args.length === 1 && SUBSTITUTION.test(args[0] ?? '');
      // Long flags differ from tool to tool.
      return KNOWN.has(program) && !args.some((arg) => arg?.startsWith('--') && arg !== '--');
    }
  }
}

const areKnown = (redirections: readonly Redirection[], seen: Seen): boolean =>
  redirections.every(({ to }) => isKnownWord(to, seen));

const isKnownWord = (word: Word, seen: Seen): boolean =>
  word.every((part) => part.type !== 'command' || isKnownScript(part.script, seen));

const plain = (word: Word): string | undefined =>
  word.every((part) => part.type === 'text')
    ? word.map((part) => (part.type === 'text' ? part.text : '')).join('')
    : undefined;
