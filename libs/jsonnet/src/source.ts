import { CodedError } from '@lotse/manifests';

/** A text that is evaluated, with the name errors show: a path of the tree, or `<extvar:name>`. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** What went wrong: `syntax` before anything runs, `runtime` while it runs, `limit` when it takes too much. */
export type JsonnetErrorKind = 'syntax' | 'runtime' | 'import' | 'limit';

/** An error of a program, with its place as far as it is known. */
export function jsonnetError(
  kind: JsonnetErrorKind,
  message: string,
  source?: Source,
  at?: number,
): CodedError {
  if (!source) return new CodedError(`jsonnet/${kind}`, message);
  const before = source.text.slice(0, at ?? 0);
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  return new CodedError(`jsonnet/${kind}`, `${source.name}:${line}:${column}: ${message}`, {
    file: source.name,
    line,
    column,
  });
}
