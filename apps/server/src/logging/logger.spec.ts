import { describe, expect, it } from 'vitest';
import { jsonLine, prettyLine } from './log-output.js';
import { type LogLine, Logger } from './logger.js';
import { redactText } from './redact.js';
import { Secret } from './secret.js';

function logged(fields: Record<string, unknown>, message = 'Something'): { json: string; pretty: string } {
  const lines: LogLine[] = [];
  new Logger(
    (line) => lines.push(line),
    'info',
    'test',
    () => new Date(0),
  ).info(message, fields);
  const [line] = lines;
  if (!line) throw new Error('Nothing was logged.');
  return { json: jsonLine(line), pretty: prettyLine(line) };
}

describe('a log line', () => {
  it('is one JSON object with message, scope and fields', () => {
    expect(JSON.parse(logged({ count: 3, name: 'x' }).json)).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      scope: 'test',
      message: 'Something',
      count: 3,
      name: 'x',
    });
  });

  it.each([
    ['a secret', { value: new Secret('canary') }],
    ['a secret inside', { deep: { list: [{ value: new Secret('canary') }] } }],
    [
      'a field named like one',
      { password: 'canary', dbPassword: 'canary', authorization: 'canary', apiToken: 'canary' },
    ],
    ['an address with one', { url: 'https://user:canary@example.org/x' }],
    [
      'an error about an address',
      {
        error: new Error('cannot reach https://user:canary@example.org', {
          cause: new Error('Authorization: Bearer canarycanary'),
        }),
      },
    ],
  ])('never shows %s', (_what, fields) => {
    const { json, pretty } = logged(fields);
    expect(json + pretty).not.toContain('canary');
    expect(json).toContain('[redacted]');
  });

  it('can not be forged by what it reports', () => {
    const { json, pretty } = logged({ name: 'x\n{"level":"error"}\u001b[31m', level: 'error' });
    expect(json.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(json)).toMatchObject({ level: 'info', field_level: 'error' });
    expect(pretty.trim().split('\n')).toHaveLength(1);
    expect(pretty.slice(pretty.indexOf('test:'))).not.toContain('\u001b');
  });

  it('survives circles and depth', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(logged({ circle }).json.length).toBeLessThan(1_000);
  });
});

describe('text from other programs', () => {
  it.each([
    ["fatal: unable to access 'https://u:canary@h/x'", "fatal: unable to access 'https://[redacted]@h/x'"],
    ['Authorization: Basic Y2FuYXJ5Y2FuYXJ5', 'Authorization: Basic [redacted]'],
    ['nothing secret', 'nothing secret'],
  ])('%s becomes %s', (text, clean) => {
    expect(redactText(text)).toBe(clean);
  });
});
