import { expect, it } from 'vitest';
import { ScriptTimeline } from './script-timeline.js';
import { surroundings } from './testing/surroundings.js';

function run(script: string): string {
  const env = new Map([['JOB_COMPLETION_INDEX', '3']]);
  const timeline = new ScriptTimeline(['sh', '-c', script], surroundings({ env }));
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
