import type { NodeSelectorTerm } from '../../types/index.js';
import { labelValueProblems } from '../names.js';

const OLD_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region':
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone':
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type':
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods':
    'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

/** What is told about a label of nodes that has got another name since; undefined for the others. */
export function oldLabelText(key: string): string | undefined {
  return Object.hasOwn(OLD_LABELS, key) ? OLD_LABELS[key] : undefined;
}

/** What is told about a term that selects nodes, and about its values where nobody refuses wrong ones. */
export function selectorTermWarnings(
  { matchExpressions = [] }: NodeSelectorTerm,
  field: string,
  areValuesChecked: boolean,
): string[] {
  return matchExpressions.flatMap(({ key, values = [] }, index) => {
    const at = `${field}.matchExpressions[${index}]`;
    const old = oldLabelText(key);
    const wrong = areValuesChecked
      ? values.flatMap((value, place) =>
          labelValueProblems(value).map(
            (problem) => `${at}.values[${place}]: ${value} is invalid, ${problem}`,
          ),
        )
      : [];
    return old === undefined ? wrong : [`${at}.key: ${key} is ${old}`, ...wrong];
  });
}
