import { describe, expect, it } from 'vitest';
import { appendLines, EMPTY_LOG, findLines } from './log-buffer.js';

const line = (index: number, text = `line ${index}`) => ({
  index,
  pod: 'p',
  time: undefined,
  text,
  level: 'none' as const,
});

describe('the log buffer', () => {
  it('drops the oldest lines beyond its limit and says how many', () => {
    const view = appendLines(appendLines(EMPTY_LOG, [line(1), line(2)], 3), [line(3), line(4)], 3);
    expect(view.lines.map(({ index }) => index)).toEqual([2, 3, 4]);
    expect(view.dropped).toBe(1);
  });

  it('is the same view when nothing came', () => {
    expect(appendLines(EMPTY_LOG, [])).toBe(EMPTY_LOG);
  });

  it('finds text in any case', () => {
    expect(findLines([line(1, 'Ready'), line(2, 'gone')], 'rEA').map(({ index }) => index)).toEqual([1]);
    const all = [line(1)];
    expect(findLines(all, undefined)).toBe(all);
  });
});
