import { describe, expect, it } from 'vitest';
import { ScriptTimeline } from './script-timeline.js';
import { emptyFiles, surroundings } from './testing/surroundings.js';

/** What a script wrote in an hour, as far as one question pays for, or several. */
function linesOf(script: string, questions = 1): readonly string[] {
  const files = emptyFiles();
  files.write('/big', 'line\n'.repeat(256 * 1024));
  files.write('/letters', 'O'.repeat(500_000));
  files.write('/blank', `${'\n'.repeat(500_000)}x`);
  files.mkdir('/many');
  for (let name = 0; name < 2000; name++) files.write(`/many/${name}`, '');
  files.mkdir('/var/run/secrets/kubernetes.io/serviceaccount', true);
  files.write('/var/run/secrets/kubernetes.io/serviceaccount/token', 'token');
  const timeline = new ScriptTimeline(['sh', '-c', script], surroundings({ files: () => files }));
  for (let question = 0; question < questions; question++) timeline.follow(3_600_000);
  return timeline.lines(Infinity).map(({ text }) => text);
}

/** How many rounds of an endless loop one question pays for. */
const roundsOf = (command: string): number => linesOf(`while true; do ${command}; echo round; done`).length;

describe('a script that wants to keep everybody waiting', () => {
  it.each([
    ['that looks for nothing in a large file', 'grep -q nothing /big'],
    ['that takes a sum of it', 'md5sum /big'],
    ['that throws it away', 'cat /big > /dev/null'],
    ['that copies it', 'cp /big /copy'],
    ['that counts its lines by redirection', 'wc -l < /big'],
    ['that runs it', 'sh /big'],
    ['that lists many files', 'ls /many > /dev/null'],
    ['that copies them', 'cp -r /many /var; rm -r /var/many'],
  ])('pays for what it reads: one %s', (_, command) => {
    expect(roundsOf(command)).toBeLessThan(60);
  });

  it('gets a text with many empty lines without delay', () => {
    expect(roundsOf('x=$(cat /blank)')).toBeLessThan(60);
  });

  it('reads long arguments of commands without delay', () => {
    const long = `x=$(sort /letters); curl "-$x\n\ny"; wget "-$x\n\ny"`;
    expect(roundsOf(long)).toBeGreaterThan(0);
  });

  it.each(['0', '-1', 'soon'])('has time pass between its calls when it asks for a pause of %s', (pause) => {
    const calls = linesOf(`agnhost inclusterclient --poll-interval=${pause}`).filter((line) =>
      line.includes('calling /healthz'),
    );
    expect(calls).toHaveLength(3600 / 10 - 1);
  });

  it('is told when its words become too many, even when nothing is in them', () => {
    const told = ['sh: Argument list too long'];
    expect(linesOf('set -- "" ""; while true; do set -- "$@" "$@"; done', 9)).toEqual(told);
    expect(linesOf(`set -- $(seq 1 50000); set -- "${'$@'.repeat(100)}"`, 9)).toEqual(told);
    expect(linesOf('set -- $(seq 1 150000); echo $#', 9)).toEqual(['150000']);
  });

  it('ends when its variables hold more than there is memory for', () => {
    const lines = linesOf(
      'i=0; while [ $i -lt 40 ]; do echo $i; i=$((i+1)); eval "v$i=\\$(tr O A < /letters)"; done',
      9,
    );
    expect(lines.length).toBeLessThan(20);
  });

  it.each([
    ['shells within shells', '(f); (f)'],
    ['outputs of outputs', 'x=$(f); y=$(f)'],
  ])('pays for the depth of %s', (_, body) => {
    expect(linesOf(`f() { echo call >&2; ${body}; }; f`).length).toBeLessThan(2500);
  });

  it('pays for the variables that a shell within it is given', () => {
    const variables = linesOf('i=0; while [ $i -lt 2000 ]; do i=$((i+1)); eval "v$i=1"; done; echo $i');
    expect(variables).toEqual(['2000']);
    expect(
      roundsOf('[ $i ] || { i=0; while [ $i -lt 2000 ]; do i=$((i+1)); eval "v$i=1"; done; }; (:)'),
    ).toBeLessThan(1000);
  });

  it.each(['y=${x%%*O*O*P*}', 'y=${x//O*P/}', 'y=${x##*O*P*O}'])(
    'pays for what patterns look at: %s',
    (change) => {
      expect(roundsOf(`[ $x ] || x=$(cat /letters); ${change}`)).toBeLessThan(20);
    },
  );

  it('is told when it makes functions without end', () => {
    const lines = linesOf(
      'i=0; while [ $i -lt 1100 ]; do i=$((i+1)); eval "f$i() { echo $i; }"; done; f1000; f3',
    );
    expect(lines.filter((line) => line.endsWith('too many functions'))).toHaveLength(100);
    expect(lines.slice(-2)).toEqual(['1000', '3']);
  });

  it('pays for the parameters it moves and joins', () => {
    expect(roundsOf('[ $1 ] || set -- $(seq 1 50000); shift; : ${#*}')).toBeLessThan(60);
  });

  it('may turn a test around as often as it likes', () => {
    expect(roundsOf(`[ ${'! '.repeat(20_000)}a ]`)).toBeGreaterThan(0);
  });
});
