import { emitYaml, type JsonValue } from '@lotse/manifests';
import { CliError, EXIT } from '../cli-error.js';

/** What `-o` takes. */
export type OutputFormat = 'json' | 'yaml' | 'wide' | 'name' | undefined;

/** Checks the value of `-o`. */
export function outputFormat(text: string): NonNullable<OutputFormat> {
  if (text === 'json' || text === 'yaml' || text === 'wide' || text === 'name') return text;
  throw new CliError(`unknown output format "${text}": use json, yaml, wide or name`, EXIT.usage);
}

/** Writes a line to standard output. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints `value` as asked for: as JSON or YAML, else by `human`. */
export function print(value: unknown, format: OutputFormat, human: (isWide: boolean) => string): void {
  if (format === 'json') say(JSON.stringify(value, undefined, 2));
  else if (format === 'yaml') process.stdout.write(emitYaml(value as JsonValue));
  else say(human(format === 'wide'));
}
