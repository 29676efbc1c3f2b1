import type { CheckedCel } from './checked.js';
import { clauseProblem, readFormat, type FormatClause } from './libraries/format-text.js';
import { childrenOf, type CelIssue, type CelNode } from './syntax.js';
import { partsOf, typeText, type CelStatic } from './types.js';
import { CelError } from './values.js';

/** What is wrong with patterns and lists that are written out: `"%d".format(["a"])` (cel-go ext/formatting.go). */
export function formatIssues(checked: CheckedCel): CelIssue[] {
  const issues: CelIssue[] = [];
  const visit = (node: CelNode): void => {
    const issue = issueOf(node, checked);
    if (issue) issues.push(issue);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(checked.root);
  return issues;
}

function issueOf(node: CelNode, checked: CheckedCel): CelIssue | undefined {
  if (node.kind !== 'call' || node.name !== 'format' || node.args.length !== 1) return undefined;
  const [list] = node.args;
  const pattern = node.target?.kind === 'literal' ? node.target.value : undefined;
  if (typeof pattern !== 'string' || list?.kind !== 'list') return undefined;
  let count = 0;
  let parts: (string | FormatClause)[];
  try {
    parts = readFormat(pattern, () => {
      if (count >= list.items.length) throw new CelError(`index ${count} out of range`);
      count += 1;
    });
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return { problem: error.message, at: node.at };
  }
  const clauses = parts.filter((part) => typeof part !== 'string');
  for (const [index, clause] of clauses.entries()) {
    const value = list.items[index]?.value;
    const found = value && wrongFor(clause, value, checked);
    if (found) return { problem: `error during formatting: ${found.problem}`, at: found.at };
  }
  if (list.items.length <= count) return undefined;
  return {
    problem: `too many arguments supplied to string.format (expected ${count}, got ${list.items.length})`,
    at: node.at,
  };
}

function wrongFor(clause: FormatClause, value: CelNode, checked: CheckedCel): CelIssue | undefined {
  const type = checked.typeOf(value);
  const problem = type.kind === 'dyn' ? undefined : clauseProblem(clause, runtimeName(type));
  if (problem !== undefined) return { problem, at: value.at };
  if (clause.verb !== 's' || (value.kind !== 'list' && value.kind !== 'map')) return undefined;
  for (const child of childrenOf(value)) {
    const found = wrongFor(clause, child, checked);
    if (found) return found;
  }
  return undefined;
}

const NAMES: Partial<Record<CelStatic['kind'], string>> = {
  null: 'null_type',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
};

/** The name of a type as values of it are called. */
function runtimeName(type: CelStatic): string {
  const name = NAMES[type.kind];
  if (name !== undefined) return name;
  return partsOf(type).length > 0 ? ('name' in type ? type.name : type.kind) : typeText(type);
}
