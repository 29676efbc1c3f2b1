import { linearRegex } from '../crds/linear-regex.js';
import type { CheckedCel } from './checked.js';
import { formatIssues } from './format-checks.js';
import { childrenOf, type CelIssue, type CelNode } from './syntax.js';
import { isInRange, parseCelDuration, parseCelTime } from './time-values.js';
import { heldBy, sameType, typeText, type CelStatic } from './types.js';

/** Texts that are read when an expression runs, and are seen to be wrong before (cel-go cel/validator.go). */
const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  duration: (value) => typeof value !== 'string' || parseCelDuration(value) !== undefined,
  timestamp: (value) =>
    typeof value === 'bigint'
      ? isInRange(value)
      : typeof value !== 'string' || parseCelTime(value) !== undefined,
  matches: (value) => typeof value !== 'string' || linearRegex(value) !== undefined,
};
/** The only function whose lists hold what they like. */
const MIXED = 'format';

/** What is wrong with literals: times that are none, broken patterns, lists and maps of values of different types. */
export function literalIssues(checked: CheckedCel): CelIssue[] {
  const issues: CelIssue[] = [];
  const visit = (node: CelNode, mayMix: boolean): void => {
    if (node.kind === 'call' && Object.hasOwn(CHECKS, node.name)) {
      const [argument] = node.args;
      if (argument?.kind === 'literal' && CHECKS[node.name]?.(argument.value) === false)
        issues.push({ problem: `invalid ${node.name} argument`, at: argument.at });
    }
    if (!mayMix) issues.push(...mixedIssues(node, checked));
    const mixed = mayMix || (node.kind === 'call' && node.name === MIXED);
    for (const child of childrenOf(node)) visit(child, mixed);
  };
  visit(checked.root, false);
  issues.push(...formatIssues(checked));
  return issues;
}

function mixedIssues(node: CelNode, checked: CheckedCel): CelIssue[] {
  const typeOf = (value: CelNode, isOptional: boolean): CelStatic => {
    const type = checked.typeOf(value);
    return isOptional ? (heldBy(type) ?? type) : type;
  };
  const compared = (
    nodes: readonly { value: CelNode; isOptional: boolean }[],
    isFirstOnly: boolean,
  ): CelIssue[] => {
    const [first] = nodes;
    if (!first) return [];
    const wanted = typeOf(first.value, first.isOptional);
    const wrong = nodes.flatMap(({ value, isOptional }) => {
      const found = typeOf(value, isOptional);
      return sameType(wanted, found)
        ? []
        : [{ problem: `expected type '${typeText(wanted)}' but found '${typeText(found)}'`, at: value.at }];
    });
    return isFirstOnly ? wrong.slice(0, 1) : wrong;
  };
  if (node.kind === 'list') return compared(node.items, true);
  if (node.kind !== 'map') return [];
  const keys = node.entries.map(({ key }) => ({ value: key, isOptional: false }));
  return [...compared(keys, false), ...compared(node.entries, false)];
}
