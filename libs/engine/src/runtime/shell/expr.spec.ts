import { expect, it } from 'vitest';
import { ContainerFiles } from '../files/container-files.js';
import { imageRoot } from '../files/image-root.js';
import { ScriptTimeline } from './script-timeline.js';

function run(script: string): string {
  const timeline = new ScriptTimeline(['sh', '-c', script], {
    env: new Map([['JOB_COMPLETION_INDEX', '3']]),
    files: () =>
      new ContainerFiles(imageRoot({}, 0), [], {
        identity: { uid: 0, gid: 0, groups: [] },
        readOnlyRoot: false,
        now: () => 0,
      }),
    network: {
      ip: '10.0.0.1',
      server: '10.96.0.10',
      fetch: () => 'refused',
      reach: () => 'refused',
      datagram: () => undefined,
      lookUp: () => [],
      ask: () => ({ code: 'SERVFAIL', authoritative: false, answers: [], authority: [], additional: [] }),
    },
    directory: '/',
    startedMs: 0,
    interactive: false,
  });
  timeline.follow(1000);
  return `${timeline
    .lines(100)
    .map(({ text }) => text)
    .join()} exit ${timeline.end?.exitCode}`;
}

it.each([
  ['expr 7 % 2', '1 exit 0'],
  ['expr 2 + 3 \\* 4', '14 exit 0'],
  ["expr '(' 2 + 3 ')' \\* 4", '20 exit 0'],
  ['expr 7 / -2', '-3 exit 0'],
  ['expr 2 - 2', '0 exit 1'],
  ['expr 10 \\> 9', '1 exit 0'],
  ['expr b \\> a', '1 exit 0'],
  ["expr '' \\| x", 'x exit 0'],
  ['expr length four', '4 exit 0'],
  ['expr 1 / 0', 'expr: division by zero exit 2'],
  ['expr a + 1', 'expr: non-integer argument exit 2'],
  ['expr 1 +', 'expr: syntax error exit 2'],
  ["expr 1 ')'", 'expr: syntax error exit 2'],
])('%s gives %s', (script, outcome) => expect(run(script)).toBe(outcome));

it('decides how an indexed job ends', () => {
  const script = 'if [ $(expr ${JOB_COMPLETION_INDEX} % 2) -ne 0 ]; then exit 1; else exit 0; fi';
  expect(run(script)).toBe(' exit 1');
});
