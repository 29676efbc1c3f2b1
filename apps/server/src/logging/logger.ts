import { redactText } from './redact.js';
import { REDACTED, Secret } from './secret.js';

/** How important a line is, least first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
/** What stands beside the message: plain values, errors, secrets (which print redacted). */
export type LogFields = Readonly<Record<string, unknown>>;

/** Field names whose values are never printed, whatever their type: a net for what should have been a `Secret`. */
const SECRET_NAME = /pass(word|wd)?$|secret|token$|authorization|cookie|private.?key|^key$/i;
const MAX_DEPTH = 5;

/** Writes log lines: a constant message plus fields, so that lines can be grouped and searched. */
export class Logger {
  constructor(
    private readonly output: (line: LogLine) => void,
    private readonly minimum: LogLevel = 'info',
    private readonly scope = 'lotse',
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** The same output under another name. */
  child(scope: string): Logger {
    return new Logger(this.output, this.minimum, scope, this.now);
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  #write(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.minimum)) return;
    const clean: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) clean[name] = printable(name, value, 0);
    this.output({ time: this.now().toISOString(), level, scope: this.scope, message, fields: clean });
  }
}

/** One line before it is written. */
export interface LogLine {
  readonly time: string;
  readonly level: LogLevel;
  readonly scope: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function printable(name: string, value: unknown, depth: number): unknown {
  if (value instanceof Secret || (SECRET_NAME.test(name) && value != null)) return REDACTED;
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return describeError(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => printable(name, item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, printable(key, item, depth + 1)]),
  );
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    name: error.name,
    message: redactText(error.message),
    ...(code === undefined ? {} : { code: printable('code', code, depth + 1) }),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined || depth >= MAX_DEPTH
      ? {}
      : { cause: printable('cause', error.cause, depth + 1) }),
  };
}
