import { expect, it } from 'vitest';
import type { Job, JobSpec, JobStatus } from '../../../types/index.js';
import { validateJobStatus } from './job-status.js';

const START = '2030-01-01T00:00:00Z';
const END = '2030-01-01T00:01:00Z';
const job = (status: JobStatus, spec: Partial<JobSpec>): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'a' },
  spec: { template: {}, completions: 3, parallelism: 1, ...spec },
  status,
});
const findings = (status: JobStatus, old: JobStatus = {}, spec: Partial<JobSpec> = {}): string[] =>
  validateJobStatus(job(status, spec), job(old, spec)).map(({ field, message }) => `${field}: ${message}`);
const is = (...types: string[]) => ({ conditions: types.map((type) => ({ type, status: 'True' })) });
const conditions = (detail: string): string => `status.conditions: Invalid value: ${detail}`;

const complete: JobStatus = {
  ...is('SuccessCriteriaMet', 'Complete'),
  startTime: START,
  completionTime: END,
  succeeded: 3,
};

it.each<[string, JobStatus, string[]]>([
  ['that runs', { startTime: START, active: 2, ready: 1, terminating: 1 }, []],
  ['that is complete', complete, []],
  ['that has failed', { ...is('FailureTarget', 'Failed'), startTime: START, failed: 7 }, []],
  [
    'that is complete and nothing else',
    is('Complete'),
    [
      'status.completionTime: Required value: completionTime is required for Complete jobs',
      conditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition'),
      'status.startTime: Required value: startTime is required for finished job',
    ],
  ],
  [
    'that has failed without a reason, and goes on',
    {
      ...is('Failed'),
      startTime: START,
      active: 1,
      terminating: 1,
      uncountedTerminatedPods: { failed: ['u'] },
    },
    [
      conditions('cannot set Failed=True condition without the FailureTarget=true condition'),
      'status.active: Invalid value: 1: active>0 is invalid for finished job',
      'status.uncountedTerminatedPods: Invalid value: {"Succeeded":null,"Failed":["u"]}: must be empty for finished job',
      'status.terminating: Invalid value: 1: terminating>0 is invalid for finished job',
    ],
  ],
  [
    'that is everything at once',
    { ...complete, ...is('SuccessCriteriaMet', 'Complete', 'FailureTarget', 'Failed') },
    [
      conditions('cannot set Complete=True and Failed=true conditions'),
      conditions('cannot set Complete=True and FailureTarget=true conditions'),
      conditions('cannot set SuccessCriteriaMet=True and Failed=true conditions'),
      conditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'),
    ],
  ],
  [
    'that ended before it began',
    { ...complete, startTime: END, completionTime: START },
    [`status.completionTime: Invalid value: "${START}": must be equal to or after \`startTime\``],
  ],
  [
    'that has an end only',
    { startTime: START, completionTime: END },
    [
      `status.completionTime: Invalid value: "${END}": cannot set completionTime when there is no Complete=True condition`,
    ],
  ],
  [
    'with pods counted twice',
    { uncountedTerminatedPods: { succeeded: ['u', ''], failed: ['u'] } },
    [
      'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
      'status.uncountedTerminatedPods.failed[0]: Duplicate value: "u"',
    ],
  ],
  [
    'with more ready pods than there are',
    { active: 1, ready: 2 },
    ['status.ready: Invalid value: 2: cannot set more ready pods than active'],
  ],
  [
    'with indexes it has not got',
    { completedIndexes: '0-1', failedIndexes: '2' },
    [
      'status.completedIndexes: Invalid value: "0-1": cannot set non-empty completedIndexes when non-indexed completion mode',
      'status.failedIndexes: Invalid value: "2": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
    ],
  ],
])('judges a job %s', (_, status, expected) => {
  expect(findings(status)).toEqual(expected);
});

it('asks of a job with indexes that they are its own and end in one way', () => {
  const indexed = { completionMode: 'Indexed', backoffLimitPerIndex: 1 };
  expect(findings({ completedIndexes: '0,2', failedIndexes: '1' }, {}, indexed)).toEqual([]);
  expect(findings({ completedIndexes: '0-2', failedIndexes: '2,7' }, {}, indexed)).toEqual([
    'status.failedIndexes: Invalid value: "2,7": error parsing failedIndexes: too large index: "7"',
    'status.failedIndexes: Invalid value: "2,7": failedIndexes and completedIndexes overlap at index: 2',
  ]);
  // Fewer completions since then make nobody wrong who says what was said before.
  const before = { completedIndexes: '0-5' };
  expect(findings({ ...before, active: 1 }, before, indexed)).toEqual([]);
});

it('takes nothing back', () => {
  expect(findings({ startTime: START, completionTime: START, succeeded: 1 }, complete)).toEqual([
    `status.completionTime: Invalid value: "${START}": cannot set completionTime when there is no Complete=True condition`,
    conditions('cannot disable the terminal Complete=True condition'),
    'status.succeeded: Invalid value: 1: cannot decrease the succeeded counter',
    `status.completionTime: Invalid value: "${START}": field is immutable`,
    conditions('cannot disable the SuccessCriteriaMet=True condition'),
  ]);
});

it('keeps the start of a job that runs, in whatever way it is written', () => {
  const old = { startTime: START };
  const refusal = 'field is immutable for unsuspended job once set';
  expect(findings({ startTime: '2030-01-01T01:00:00+01:00' }, old)).toEqual([]);
  expect(findings({ startTime: END }, old)).toEqual([
    `status.startTime: Invalid value: "${END}": ${refusal}`,
  ]);
  expect(findings({}, old)).toEqual([`status.startTime: Invalid value: null: ${refusal}`]);
  expect(findings({}, old, { suspend: true })).toEqual([]);
  const resumed = { startTime: END, conditions: [{ type: 'Suspended', status: 'False' }] };
  expect(findings(resumed, { ...old, ...is('Suspended') })).toEqual([]);
});

it('lets a job with as many indexes as pods at once shrink', () => {
  const shrinks = { completionMode: 'Indexed', completions: 2, parallelism: 2 };
  expect(findings({ succeeded: 1 }, { succeeded: 2 }, shrinks)).toEqual([]);
  expect(findings({ succeeded: 1 }, { succeeded: 2 })).toEqual([
    'status.succeeded: Invalid value: 1: cannot decrease the succeeded counter',
  ]);
});
