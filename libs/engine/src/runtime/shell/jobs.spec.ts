import { describe, expect, it } from 'vitest';
import { ScriptTimeline } from './script-timeline.js';
import { surroundings } from './testing/surroundings.js';

/** What a script has written after so many seconds, with the second, and how it has ended. */
function ran(script: string, seconds = 60, signals: readonly (readonly [number, string])[] = []) {
  const timeline = new ScriptTimeline(['sh', '-c', script], surroundings());
  for (const [second, name] of signals) timeline.signal(name, second * 1000);
  timeline.follow(seconds * 1000);
  return [
    ...timeline.lines(Infinity).map(({ atMs, text }) => `${Math.floor(atMs / 1000)} ${text}`),
    ...(timeline.end ? [`${Math.floor(timeline.end.atMs / 1000)} exit ${timeline.end.exitCode}`] : []),
  ];
}

describe('a job in the background', () => {
  it('runs beside what comes after it', () => {
    expect(ran('while true; do echo tick; sleep 2; done & sleep 1; echo one; sleep 4; echo five')).toEqual([
      '0 tick',
      '1 one',
      '2 tick',
      '4 tick',
      '5 five',
      '5 exit 0',
    ]);
  });

  it('is waited for, one or all of them, with its exit code', () => {
    expect(ran('(sleep 3; exit 4) & wait $!; echo "$?"')).toEqual(['3 4', '3 exit 0']);
    expect(ran('sleep 3 & sleep 5 & wait; echo done')).toEqual(['5 done', '5 exit 0']);
    expect(ran('(sleep 3; exit 7) & sleep 9 & wait -n; echo "first $?"; wait -n; echo "second $?"')).toEqual([
      '3 first 7',
      '9 second 0',
      '9 exit 0',
    ]);
    expect(ran('wait 99; echo $?')).toEqual(['0 127', '0 exit 0']);
  });

  it('is ended by a signal, by its number or its place', () => {
    expect(ran('while :; do sleep 1; echo tick; done & sleep 2.5; kill $!; wait $!; echo "$?"')).toEqual([
      '1 tick',
      '2 tick',
      '2 143',
      '2 exit 0',
    ]);
    expect(ran('sleep 100 & sleep 200 & kill %1; jobs; kill -9 %2; wait; echo over')).toEqual([
      '0 [1]-  Terminated              sleep 100',
      '0 [2]+  Running                 sleep 200',
      '0 over',
      '0 exit 0',
    ]);
    expect(ran('kill 4711; echo $?')).toEqual([
      "0 sh: kill: can't kill pid 4711: No such process",
      '0 1',
      '0 exit 0',
    ]);
  });

  it('ends with its whole pipe', () => {
    expect(ran('while :; do echo x; sleep 1; done | cat & sleep 1.5; kill $!; sleep 5; echo end')).toEqual([
      '0 x',
      '1 x',
      '6 end',
      '6 exit 0',
    ]);
  });

  it('has traps of its own', () => {
    expect(
      ran('(trap "echo told; exit 3" TERM; sleep 10 & wait) & sleep 1; kill $!; wait $!; echo $?'),
    ).toEqual(['1 told', '1 3', '1 exit 0']);
  });

  it('is refused when there are too many', () => {
    const lines = ran('i=0; while [ $i -lt 100 ]; do sleep 1000 & i=$((i+1)); done; echo on');
    expect(lines).toContain("0 sh: can't fork: Resource temporarily unavailable");
    expect(lines.at(-2)).toMatch(/ on$/);
  });
});

describe('a signal to a script', () => {
  it('calls it away from waiting', () => {
    expect(ran('trap "echo bye; exit 0" TERM; sleep 1000 & wait', 60, [[5, 'TERM']])).toEqual([
      '5 bye',
      '5 exit 0',
    ]);
  });

  it('is seen when the command that runs has ended', () => {
    expect(ran('trap "echo bye; exit 3" TERM INT; while :; do sleep 4; done', 60, [[5, 'INT']])).toEqual([
      '8 bye',
      '8 exit 3',
    ]);
    expect(ran('trap "exit 0" TERM; sleep 1000', 60, [[5, 'TERM']])).toEqual([]);
  });

  it('may lead to long work, and to an end of its own', () => {
    const script =
      'cleanup() { echo draining; sleep 3; echo drained; }; trap cleanup TERM; trap "echo last" EXIT; sleep 50 & wait $!; echo "after $?"';
    expect(ran(script, 60, [[5, 'TERM']])).toEqual([
      '5 draining',
      '8 drained',
      '8 after 143',
      '8 last',
      '8 exit 0',
    ]);
  });

  it('is nothing to a script without a trap, or one that ignores it', () => {
    expect(ran('sleep 9; echo on', 60, [[5, 'TERM']])).toEqual(['9 on', '9 exit 0']);
    expect(ran('trap "" TERM; sleep 9; echo on', 60, [[5, 'TERM']])).toEqual(['9 on', '9 exit 0']);
  });
});

describe('a pipe', () => {
  it('hands on what comes, and ends who writes when nobody reads', () => {
    expect(ran('while :; do echo line; sleep 1; done | head -2; echo over')).toEqual([
      '0 line',
      '1 line',
      '2 over',
      '2 exit 0',
    ]);
    expect(ran('yes | head -3 | cat -n')).toEqual(['0      1\ty', '0      2\ty', '0      3\ty', '0 exit 0']);
    const endless = "yes | tr -d '\\n'";
    expect(ran(`${endless} | head -c 200000 | grep -c y`)).toEqual(['0 1', '0 exit 0']);
    expect(ran(`${endless} | (read x; echo $((\${#x} > 1000000)))`)[0]).toMatch(/ 1$/);
    expect(ran('yes > /dev/null & yes | tr y n | grep -m 1 n')).toEqual(['0 n', '0 exit 0']);
  });

  it('follows a file that grows', () => {
    const script =
      'touch /log; (for i in 1 2 3; do sleep 2; echo "line $i" >> /log; done) & tail -f /log | grep --line-buffered 2';
    expect(ran(script)).toEqual([expect.stringMatching(/^[45] line 2$/)]);
  });

  it('tells how its last part ended, or the last that failed when asked to', () => {
    expect(ran('false | true; echo $?; set -o pipefail; false | true; echo $?')).toEqual([
      '0 0',
      '0 1',
      '0 exit 0',
    ]);
  });
});

it('a command is ended that takes longer than it may', () => {
  expect(ran('timeout 2 sleep 10; echo $?; timeout 5 sh -c "sleep 1; exit 9"; echo $?')).toEqual([
    '2 124',
    '3 9',
    '3 exit 0',
  ]);
});
