import { expect, it } from 'vitest';
import { formatTime } from '../../time.js';
import type { Job, Pod } from '../../types/index.js';
import { backOff, INDEX_FAILURES } from './back-off.js';
import { INDEX } from './indexes.js';

function ended(
  phase: 'Failed' | 'Succeeded',
  atSeconds: number,
  annotations: Record<string, string> = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { annotations },
    status: {
      phase,
      containerStatuses: [
        {
          name: 'main',
          image: 'x',
          imageID: 'x',
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode: 1, finishedAt: formatTime(atSeconds * 1000) } },
        },
      ],
    },
  };
}
const job = (backoffLimitPerIndex?: number): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'work' },
  spec: { template: {}, ...(backoffLimitPerIndex !== undefined && { backoffLimitPerIndex }) },
});

it.each([
  ['not at all without a failure', [ended('Succeeded', 100)], 0],
  ['ten seconds after the first', [ended('Failed', 100)], 8],
  ['twice as long after the second', [ended('Failed', 90), ended('Failed', 100)], 18],
  ['ten minutes at most', Array.from({ length: 40 }, (_, at) => ended('Failed', 61 + at)), 598],
  [
    'as after the first when one went well between',
    [ended('Failed', 80), ended('Succeeded', 90), ended('Failed', 100)],
    8,
  ],
  ['not at all when one went well since', [ended('Failed', 80), ended('Succeeded', 100)], 0],
  ['no longer when the time is over', [ended('Failed', 80)], 0],
])('waits %s', (_, pods, seconds) => expect(backOff(job(), pods, 102_000)).toBe(seconds * 1000));

it('has each index wait by itself, by how often it has failed', () => {
  const pods = [
    ended('Failed', 100, { [INDEX]: '0', [INDEX_FAILURES]: '0' }),
    ended('Failed', 70, { [INDEX]: '2', [INDEX_FAILURES]: '0' }),
    ended('Failed', 100, { [INDEX]: '2', [INDEX_FAILURES]: '1' }),
    ended('Succeeded', 101, { [INDEX]: '1', [INDEX_FAILURES]: '0' }),
    ended('Failed', 60, { [INDEX]: '3', [INDEX_FAILURES]: '0' }),
  ];
  expect(backOff(job(5), pods, 102_000)).toEqual(
    new Map([
      [0, 8000],
      [2, 18_000],
    ]),
  );
});
