import type { CommandNode, ScriptNode, WordNode } from 'just-bash';

/** Programs that read what is typed when no file is named. */
const READERS = new Set([
  'cat',
  'grep',
  'head',
  'nl',
  'rev',
  'sed',
  'sort',
  'tac',
  'tail',
  'tee',
  'tr',
  'uniq',
  'wc',
]);
/** Those whose first operand is no file. */
const WITH_PATTERN = new Set(['grep', 'sed']);
/** Those that read it whatever else is named. */
const ALWAYS = new Set(['tee', 'tr']);

/** How much of what is typed next belongs to a script: nothing, a line, or everything up to the end of input. */
export function wantedInput(
  source: string,
  parse: (source: string) => ScriptNode,
): 'nothing' | 'line' | 'everything' {
  let script: ScriptNode;
  try {
    script = parse(source);
  } catch {
    return 'nothing';
  }
  for (const { pipelines } of script.statements) {
    for (const { commands } of pipelines) {
      const wanted = wantedBy(commands[0]);
      if (wanted !== 'nothing') return wanted;
    }
  }
  return 'nothing';
}

function wantedBy(command: CommandNode | undefined): 'nothing' | 'line' | 'everything' {
  if (command?.type === 'While' || command?.type === 'Until') {
    const inner = command.condition[0]?.pipelines[0]?.commands[0];
    const isFed = command.redirections.some(({ operator }) => operator.startsWith('<'));
    return !isFed && wantedBy(inner) !== 'nothing' ? 'everything' : 'nothing';
  }
  if (command?.type !== 'SimpleCommand') return 'nothing';
  if (command.redirections.some(({ operator }) => operator.startsWith('<'))) return 'nothing';
  const name = plain(command.name);
  if (name === 'read') return 'line';
  if (!READERS.has(name)) return 'nothing';
  const operands = command.args.map(plain).filter((word) => word === '-' || !word.startsWith('-'));
  const files = operands.length - (WITH_PATTERN.has(name) ? 1 : 0);
  return ALWAYS.has(name) || files <= 0 || operands.includes('-') ? 'everything' : 'nothing';
}

const plain = (word: WordNode | null): string =>
  word?.parts.map((part) => ('value' in part ? String(part.value) : '?')).join('') ?? '';
