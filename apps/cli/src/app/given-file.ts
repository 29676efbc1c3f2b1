import { readFileSync } from 'node:fs';
import { CliError, EXIT } from '../cli-error.js';
import { whyUnreadable } from '../file-problem.js';

/** The text of a file that an option names; `-` is standard input. */
export function readGivenFile(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(whyUnreadable(file, error), EXIT.usage);
  }
}
