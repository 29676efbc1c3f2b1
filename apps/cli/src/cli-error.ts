/** How the command ends. */
export const EXIT = { ok: 0, failed: 1, usage: 2, differs: 20 } as const;

/** A failure that is told to the person at the terminal in its own words; `exitCode` tells it to scripts. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}
