import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CliError } from '../cli-error.js';
import { whyUnwritable } from '../file-problem.js';

/**
 * Writes every document to the file of its template below a folder, as `helm template --output-dir` does.
 * @returns the files in the order of the documents, for people.
 * @throws CliError for a path that leads out of the folder, or that can't be written.
 */
export function writeDocuments(
  folder: string,
  documents: readonly { readonly source: string; readonly text: string }[],
): string[] {
  const begun = new Set<string>();
  return documents.map(({ source, text }) => {
    const file = join(folder, source);
    if (relative(resolve(folder), resolve(file)).startsWith('..'))
      throw new CliError(`the chart names a file outside of ${folder}: ${source}`);
    const block = `---\n# Source: ${source}\n${text}\n`;
    try {
      mkdirSync(dirname(file), { recursive: true });
      if (begun.has(file)) appendFileSync(file, block);
      else writeFileSync(file, block);
    } catch (error) {
      throw new CliError(whyUnwritable(file, error));
    }
    begun.add(file);
    return file;
  });
}
