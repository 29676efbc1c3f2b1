export interface LogLine {
  /** Counts up over the life of a stream; the key for drawing. */
  index: number;
  pod: string;
  time: string | undefined;
  text: string;
  level: LogLevel;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'none';

/** Only the beginning of a line names its level; words further on are about something else. */
const LOOK_AT = 120;
const ERROR =
  /\b(ERR(OR)?|FATAL|PANIC|CRIT(ICAL)?)\b|level=(error|fatal)|"level":\s*"(error|fatal)"|^E\d{4} /i;
const WARN = /\bWARN(ING)?\b|level=warn|"level":\s*"warn|^W\d{4} /i;
const INFO = /\b(INFO|DEBUG|TRACE|NOTICE)\b|level=(info|debug)|"level":\s*"(info|debug)|^I\d{4} /i;

/** The level a line seems to have, from the usual ways of writing it. */
export function levelOf(text: string): LogLevel {
  const head = text.slice(0, LOOK_AT);
  if (ERROR.test(head)) return 'error';
  if (WARN.test(head)) return 'warn';
  return INFO.test(head) ? 'info' : 'none';
}

const COLOUR_CODES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, 'g');

/** Reads one line of the stream; undefined for what is not a log line. The stream wraps lines in `result` at times. */
export function parseLogLine(raw: string, index: number): LogLine | undefined {
  if (raw.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entry = (
    'result' in value && typeof value.result === 'object' && value.result !== null ? value.result : value
  ) as Record<string, unknown>;
  const content = entry['content'];
  if (typeof content !== 'string' || (content === '' && entry['last'] === true)) return undefined;
  const text = content.replace(COLOUR_CODES, '').trimEnd();
  const time = entry['timeStamp'] ?? entry['timeStampStr'];
  return {
    index,
    pod: typeof entry['podName'] === 'string' ? entry['podName'] : '',
    time: typeof time === 'string' ? time : undefined,
    text,
    level: levelOf(text),
  };
}
