import { readFileSync } from 'node:fs';
import type { ValuesLayer } from '@lotse/helm';
import { CliError } from '../cli-error.js';
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
export async function layersOf(
  options: ValuesOptions,
  generation: 3 | 4,
  fetchValues: FetchValues,
): Promise<ValuesLayer[]> {
  // Loaded when a chart is rendered: other commands start without it.
  const { setFilePaths } = await import('@lotse/helm');
  const layers: ValuesLayer[] = [];
  const contentOf = async (name: string): Promise<string> =>
    /^https?:\/\//i.test(name) ? fetchValues(name) : read(name);
  for (const name of options.values ?? []) layers.push({ kind: 'file', name, text: await contentOf(name) });
  const expressions = (
    kind: 'set' | 'set-string' | 'set-json' | 'set-literal',
    list: readonly string[] = [],
  ): void => {
    for (const expression of list) layers.push({ kind, expression });
  };
  expressions('set-json', options.setJson);
  expressions('set', options.set);
  expressions('set-string', options.setString);
  for (const expression of options.setFile ?? []) {
    const files = new Map<string, string>();
    for (const path of setFilePaths(expression, generation)) files.set(path, await contentOf(path));
    layers.push({ kind: 'set-file', expression, files });
  }
  expressions('set-literal', options.setLiteral);
  return layers;
}

function read(file: string): string {
  try {
    return readFileSync(file.trim() === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(whyUnreadable(file, error));
  }
}
