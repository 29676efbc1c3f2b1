import type { CommandNode, PipelineNode, ScriptNode, StatementNode, WordNode } from 'just-bash';

type Redirection = Extract<CommandNode, { type: 'SimpleCommand' }>['redirections'][number];

/** Builtins that change the shell itself: a redirection would change what they do, or they say nothing. */
const LEFT_ALONE = new Set([
  'exec',
  'cd',
  'exit',
  'return',
  'break',
  'continue',
  'export',
  'unset',
  'read',
  'set',
  'shift',
  'local',
  'declare',
  'trap',
  'eval',
  'source',
  '.',
  'wait',
  // They print nothing, and loops are full of them.
  ':',
  '[',
  'false',
  'test',
  'true',
]);

/** Where a script's output goes as it is written. */
export interface Outputs {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Has each command of a script write to a place of its own at once, instead of everything when the script has ended. What a
 * command's output is caught by stays as it is: pipes, substitutions, redirections of the script, functions.
 */
export function streaming(script: ScriptNode, outputs: Outputs): ScriptNode {
  return { ...script, statements: statements(script.statements, outputs) };
}

const statements = (list: readonly StatementNode[], outputs: Outputs): StatementNode[] =>
  list.map((statement) => {
    if (statement.deferredError) return statement;
    return { ...statement, pipelines: statement.pipelines.map((each) => pipeline(each, outputs)) };
  });

function pipeline(node: PipelineNode, outputs: Outputs): PipelineNode {
  const last = node.commands.length - 1;
  return {
    ...node,
    commands: node.commands.map((each, index) =>
      index === last
        ? command(each, outputs)
        : node.pipeStderr?.[index]
          ? each
          : redirected(each, [append(2, outputs.stderr)]),
    ),
  };
}

function command(node: CommandNode, outputs: Outputs): CommandNode {
  const whole = (): CommandNode => redirected(node, [append(1, outputs.stdout), append(2, outputs.stderr)]);
  if (node.type === 'SimpleCommand') return LEFT_ALONE.has(plain(node.name)) ? node : whole();
  if (node.redirections.length > 0) return whole();
  const inner = (list: readonly StatementNode[]): StatementNode[] => statements(list, outputs);
  switch (node.type) {
    case 'If':
      return {
        ...node,
        clauses: node.clauses.map(({ condition, body }) => ({
          condition: inner(condition),
          body: inner(body),
        })),
        elseBody: node.elseBody && inner(node.elseBody),
      };
    case 'While':
    case 'Until':
      return { ...node, condition: inner(node.condition), body: inner(node.body) };
    case 'For':
    case 'CStyleFor':
    case 'Subshell':
    case 'Group':
      return { ...node, body: inner(node.body) };
    case 'Case':
      return { ...node, items: node.items.map((item) => ({ ...item, body: inner(item.body) })) };
    case 'ArithmeticCommand':
    case 'ConditionalCommand':
    case 'FunctionDef':
      return node;
  }
}

/** With redirections in front of its own, which come later and win. */
function redirected(node: CommandNode, added: readonly Redirection[]): CommandNode {
  if (node.type === 'FunctionDef') return node;
  if (node.type === 'SimpleCommand' && (!node.name || LEFT_ALONE.has(plain(node.name)))) return node;
  return { ...node, redirections: [...added, ...node.redirections] };
}

const append = (fd: number, path: string): Redirection => ({
  type: 'Redirection',
  fd,
  operator: '>>',
  target: { type: 'Word', parts: [{ type: 'Literal', value: path }] } satisfies WordNode,
});

const plain = (word: WordNode | null): string =>
  word?.parts.map((part) => (part.type === 'Literal' ? part.value : '')).join('') ?? '';
