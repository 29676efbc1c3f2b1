import { readFileSync } from 'node:fs';
import type { ValuesLayer } from '@lotse/helm';
import { CliError, EXIT } from '../cli-error.js';
import { whyUnreadable } from '../file-problem.js';

/** Values of the command line; the options have Helm's names. */
export interface ValuesOptions {
  readonly values?: readonly string[];
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setLiteral?: readonly string[];
  readonly setFile?: readonly string[];
}

/** Gets a file of values from the web. */
export type FetchValues = (url: string) => Promise<string>;

/** The layers of values in the order in which Helm lets the later win. `-` is the standard input. */
export async function layersOf(options: ValuesOptions, fetchValues: FetchValues): Promise<ValuesLayer[]> {
  const layers: ValuesLayer[] = [];
  for (const name of options.values ?? [])
    layers.push({
      kind: 'file',
      name,
      text: /^https?:\/\//i.test(name) ? await fetchValues(name) : read(name),
    });
  const expressions = (
    kind: 'set' | 'set-string' | 'set-json' | 'set-literal',
    list: readonly string[] = [],
  ): void => {
    for (const expression of list) layers.push({ kind, expression });
  };
  expressions('set-json', options.setJson);
  expressions('set', options.set);
  expressions('set-string', options.setString);
  for (const text of (options.setFile ?? []).flatMap((list) => list.split(','))) {
    const at = text.indexOf('=');
    if (at < 1) throw new CliError(`--set-file "${text}" is not of the form key=file`, EXIT.usage);
    layers.push({ kind: 'set-file', key: text.slice(0, at), content: read(text.slice(at + 1)) });
  }
  expressions('set-literal', options.setLiteral);
  return layers;
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(whyUnreadable(file, error));
  }
}
