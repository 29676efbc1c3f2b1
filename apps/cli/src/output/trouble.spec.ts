import { expect, it } from 'vitest';
import { troubleOf, type TreeNode } from './trouble.js';

const pod = (name: string, reason: string, status = 'Degraded', message = ''): TreeNode => ({
  kind: 'Pod',
  name,
  health: { status, message },
  info: [{ name: 'Status Reason', value: reason }],
});

it('names the commonest reason, a pod it is the reason of, and how many more there are', () => {
  expect(
    troubleOf([
      { kind: 'Deployment', name: 'web', health: { status: 'Progressing' } },
      pod('other', 'CrashLoopBackOff'),
      pod('web-1', 'ImagePullBackOff', 'Degraded', 'Back-off pulling image "nope"'),
      pod('web-2', 'ImagePullBackOff'),
      pod('fine', 'Running', 'Healthy'),
    ]),
  ).toBe('Pod web-1 ImagePullBackOff, 1 more: Back-off pulling image "nope"');
});

it('has nothing to say of pods that are well', () => {
  expect(troubleOf([])).toBeUndefined();
  expect(
    troubleOf([pod('fine', 'Running', 'Healthy'), pod('new', 'Pending', 'Progressing')]),
  ).toBeUndefined();
});
