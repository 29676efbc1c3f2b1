import { describe, expect, it } from 'vitest';
import { levelOf, parseLogLine } from './log-line.js';

describe('log lines', () => {
  it.each([
    ['ERROR upstream failed', 'error'],
    ['{"level":"error","msg":"x"}', 'error'],
    ['E1120 10:00:00.000 controller.go:1] boom', 'error'],
    ['time=1 level=warn msg=slow', 'warn'],
    ['2026-01-01 INFO ready', 'info'],
    ['GET / 200', 'none'],
  ])('reads the level of %s as %s', (text, level) => expect(levelOf(text)).toBe(level));

  it('does not look for a level far into the line', () => {
    expect(levelOf(`GET /${'x'.repeat(200)} ERROR`)).toBe('none');
  });

  it('reads the stream with and without its wrapping, and drops colour codes', () => {
    expect(
      parseLogLine(
        '{"content":"\\u001b[31mred\\u001b[0m\\n","timeStamp":"2026-01-01T00:00:00Z","podName":"p"}',
        3,
      ),
    ).toEqual({ index: 3, pod: 'p', time: '2026-01-01T00:00:00Z', text: 'red', level: 'none' });
    expect(parseLogLine('{"result":{"content":"x","podName":"p"}}', 0)?.text).toBe('x');
  });

  it('is nothing for the end mark and for what is no line', () => {
    expect(parseLogLine('{"content":"","last":true}', 0)).toBeUndefined();
    expect(parseLogLine('garbage', 0)).toBeUndefined();
    expect(parseLogLine('', 0)).toBeUndefined();
  });
});
