import type { LogLine } from './logger.js';

/** Control characters, escapes included: text from outside must not steer a terminal or start a line of its own. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
const COLOURS = { debug: '\u001b[90m', info: '\u001b[36m', warn: '\u001b[33m', error: '\u001b[31m' } as const;
const RESET = '\u001b[0m';

/** One JSON object per line, for machines. */
export function jsonLine(line: LogLine): string {
  const { fields, ...head } = line;
  return `${JSON.stringify({ ...head, ...prefixed(fields) })}\n`;
}

/** Short and coloured, for people at a terminal. */
export function prettyLine(line: LogLine): string {
  const fields = Object.entries(line.fields)
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')}`,
    )
    .join(' ');
  const text = `${line.scope}: ${line.message}${fields === '' ? '' : ` ${fields}`}`.replace(CONTROL, (c) =>
    c === '\n' ? ' ⏎ ' : '�',
  );
  return `${line.time.slice(11, 23)} ${COLOURS[line.level]}${line.level.padEnd(5)}${RESET} ${text}\n`;
}

/** Where lines go: standard output, pretty on a terminal. */
export function standardOutput(
  stream: NodeJS.WriteStream = process.stdout,
  format?: 'json' | 'pretty',
): (line: LogLine) => void {
  const write = (format ?? (stream.isTTY ? 'pretty' : 'json')) === 'pretty' ? prettyLine : jsonLine;
  return (line) => void stream.write(write(line));
}

/** Fields may not replace what every line has. */
function prefixed(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const reserved = new Set(['time', 'level', 'scope', 'message']);
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [reserved.has(name) ? `field_${name}` : name, value]),
  );
}
