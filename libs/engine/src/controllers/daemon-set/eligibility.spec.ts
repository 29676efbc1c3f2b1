import { describe, expect, it } from 'vitest';
import type { DaemonSet, Node, PodSpec } from '../../types/index.js';
import { fitsNode } from './eligibility.js';

const node: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'a', labels: { disk: 'ssd', cores: '8' } },
  spec: { taints: [{ key: 'example.org/wear', value: '20', effect: 'NoExecute' }] },
};
const daemon = (spec: Partial<PodSpec>): DaemonSet => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'd', namespace: 'default' },
  spec: { selector: {}, template: { spec: { containers: [], ...spec } } },
});
const wear = { key: 'example.org/wear', effect: 'NoExecute' };
const covered = { tolerations: [{ ...wear, operator: 'Exists' }] };
const needs = (key: string, operator: string, values: string[]): Partial<PodSpec> => ({
  ...covered,
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
      },
    },
  },
});

describe('a daemon pod', () => {
  it.each<[why: string, spec: Partial<PodSpec>, runs: boolean]>([
    ['keeps off a taint nothing covers', {}, false],
    ['runs where a toleration covers it', covered, true],
    [
      'runs where a value is above that of a toleration',
      { tolerations: [{ ...wear, operator: 'Gt', value: '10' }] },
      true,
    ],
    ['keeps off where it is not', { tolerations: [{ ...wear, operator: 'Gt', value: '30' }] }, false],
    ['runs where its node selector says', { ...covered, nodeSelector: { disk: 'ssd' } }, true],
    ['runs where numbers of labels compare', needs('cores', 'Gt', ['4']), true],
    ['does not take a text for a number', needs('disk', 'Lt', ['4']), false],
  ])('%s', (_why, spec, runs) => {
    expect(fitsNode(daemon(spec), node)).toEqual({ shouldRun: runs, shouldContinue: runs });
  });
});
