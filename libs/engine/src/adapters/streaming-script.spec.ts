import { parse, serialize } from 'just-bash';
import { describe, expect, it } from 'vitest';
import { streaming } from './streaming-script.js';

const streamed = (script: string): string =>
  serialize(streaming(parse(script), { stdout: 'OUT', stderr: 'ERR' })).trim();

describe('a script whose output is sent as it is written', () => {
  it.each([
    ['date', 'date 1>> OUT 2>> ERR'],
    ['a; b && c', 'a 1>> OUT 2>> ERR; b 1>> OUT 2>> ERR && c 1>> OUT 2>> ERR'],
    ['seq 3 | sort', 'seq 3 2>> ERR | sort 1>> OUT 2>> ERR'],
    ['echo x > f', 'echo x 1>> OUT 2>> ERR > f'],
    ['cd /tmp', 'cd /tmp'],
    ['x=$(date)', 'x=$(date)'],
    ['exit 3', 'exit 3'],
  ])('%s', (script, expected) => {
    expect(streamed(script)).toBe(serialize(parse(expected)).trim());
  });

  it('is looked into where loops and conditions are, and not where something catches the output', () => {
    expect(streamed('while ready; do date; true; sleep 1; done').match(/OUT/g)).toHaveLength(3);
    expect(streamed('for i in 1; do date; done > log').match(/OUT/g)).toHaveLength(1);
    expect(streamed('f() { date; }; f').match(/OUT/g)).toHaveLength(1);
  });
});
