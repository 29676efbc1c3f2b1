import { describe, expect, it } from 'vitest';
import { ScriptTimeline } from './script-timeline.js';
import { emptyFiles, surroundings } from './testing/surroundings.js';

/** What a script wrote in an hour, as far as one question pays for. */
function linesOf(script: string): readonly string[] {
  const files = emptyFiles();
  files.write('/big', 'line\n'.repeat(256 * 1024));
  files.write('/letters', 'O'.repeat(500_000));
  files.write('/blank', `${'\n'.repeat(500_000)}x`);
  files.mkdir('/many');
  for (let name = 0; name < 2000; name++) files.write(`/many/${name}`, '');
  files.mkdir('/var/run/secrets/kubernetes.io/serviceaccount', true);
  files.write('/var/run/secrets/kubernetes.io/serviceaccount/token', 'token');
  const timeline = new ScriptTimeline(['sh', '-c', script], surroundings({ files: () => files }));
  timeline.follow(3_600_000);
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

  it('may turn a test around as often as it likes', () => {
    expect(roundsOf(`[ ${'! '.repeat(20_000)}a ]`)).toBeGreaterThan(0);
  });
});
