import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Lets Nest write through the same lines; its start-up chatter is only shown when debugging. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(String(message), context(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(String(message), {
      ...context(rest),
      ...(message instanceof Error ? { error: message } : {}),
    });
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(String(message), context(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(String(message), context(rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(String(message), context(rest));
  }
}

function context(rest: unknown[]): Record<string, unknown> {
  const parts = rest.filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { context: parts.map(String).join(' ') };
}
