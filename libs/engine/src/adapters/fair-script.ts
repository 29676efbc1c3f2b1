import type { ScriptNode, StatementNode } from 'just-bash';

/** The command that lets others have their turn. */
export const TURN = '__turn';

/** Where it is, so that it is not looked for each time. */
const PLACE = `/bin/${TURN}`;
/** What a trace of commands (`set -x`) shows of it. */
const TRACED = new RegExp(`^\\++ ${PLACE}\\n`, 'gm');

const TURN_STATEMENT: StatementNode = {
  type: 'Statement',
  pipelines: [
    {
      type: 'Pipeline',
      negated: false,
      timed: false,
      timePosix: false,
      commands: [
        {
          type: 'SimpleCommand',
          name: { type: 'Word', parts: [{ type: 'Literal', value: PLACE }] },
          args: [],
          assignments: [],
          redirections: [],
        },
      ],
    },
  ],
  operators: [],
  background: false,
};

/**
 * Has every loop and function of a script ask, each time round, whether others are waiting. Loops ask in front of their
 * condition, where nobody looks at the exit code of what came before.
 */
export function fair(script: ScriptNode): ScriptNode {
  return fairly(script) as ScriptNode;
}

/** Output without the traces of what `fair` put in. */
export const withoutTurns = (text: string): string => (text.includes(TURN) ? text.replace(TRACED, '') : text);

function fairly(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(fairly);
  if (typeof node !== 'object' || node === null) return node;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) copy[key] = fairly(value);
  switch (copy['type']) {
    case 'While':
    case 'Until':
      return { ...copy, condition: withTurn(copy['condition']) };
    case 'For':
    case 'CStyleFor':
      return { ...copy, body: withTurn(copy['body']) };
    case 'FunctionDef': {
      const body = copy['body'] as Record<string, unknown>;
      return body['type'] === 'Group' ? { ...copy, body: { ...body, body: withTurn(body['body']) } } : copy;
    }
    default:
      return copy;
  }
}

const withTurn = (statements: unknown): unknown[] => [TURN_STATEMENT, ...(statements as unknown[])];
