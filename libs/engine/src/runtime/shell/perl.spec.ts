import { describe, expect, it } from 'vitest';
import { piDigits } from './perl.js';
import { ScriptTimeline } from './script-timeline.js';
import { surroundings } from './testing/surroundings.js';

function run(words: readonly string[]): { readonly text: string; readonly isUnknown: boolean } {
  const timeline = new ScriptTimeline(words, surroundings());
  timeline.follow(60_000);
  const text = timeline.lines(10).map((line) => line.text);
  return { text: text.join('\n'), isUnknown: timeline.usedUnknown };
}

describe('perl', () => {
  it('prints pi to as many digits as it is asked for, the last one rounded', () => {
    expect(piDigits(1)).toBe('3');
    expect(piDigits(5)).toBe('3.1416');
    expect(piDigits(30)).toBe('3.14159265358979323846264338328');
    const { text } = run(['perl', '-Mbignum=bpi', '-wle', 'print bpi(2000)']);
    expect(text).toHaveLength(2001);
    expect(text).toMatch(/^3\.14159265358979323846\d+904780275901$/);
  });

  it('prints texts and numbers, with a line feed where it is told to', () => {
    expect(run(['perl', '-e', 'print "a\\tb\\n", 12; print \'$c\'']).text).toBe('a\tb\n12$c');
    expect(run(['perl', '-le', 'print "one"; print 2']).text).toBe('one\n2');
  });

  it('does not pretend to know what other programs do', () => {
    expect(run(['perl', '-e', 'open(F, "x")'])).toMatchObject({ text: '', isUnknown: true });
    expect(run(['perl', '-e', 'print bpi(10)']).isUnknown).toBe(true);
    expect(run(['perl', '-Mbignum=bpi', '-e', 'print bpi(999999)']).isUnknown).toBe(true);
  });
});
