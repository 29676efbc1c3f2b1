import type { ContainerFiles } from '../runtime/files/container-files.js';
import { textFromBytes } from '../runtime/files/file-node.js';

const MAIN = '/etc/nginx/nginx.conf';
const MORE = '/etc/nginx/conf.d';

/** What nginx finds wrong with the form of its settings; undefined when there is nothing. */
export function nginxProblem(files: ContainerFiles): string | undefined {
  const more = files.isDirectory(MORE)
    ? files.list(MORE).flatMap((name) => (name.endsWith('.conf') ? [`${MORE}/${name}`] : []))
    : [];
  for (const path of [MAIN, ...more]) {
    if (!files.exists(path)) continue;
    const problem = formProblem(textFromBytes(files.read(path)));
    if (problem) return `${problem.text} in ${path}:${problem.line}`;
  }
  return undefined;
}

/** Directives end in `;` or open a block, and blocks are closed. */
function formProblem(text: string): { readonly text: string; readonly line: number } | undefined {
  let line = 1;
  let depth = 0;
  let directive: string | undefined;
  for (const [token] of text.matchAll(
    /\n|#[^\n]*|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|\$\{\w+\}|[;{}]|[^\s;{}]+/g,
  )) {
    if (token === '\n') line++;
    else if (token.startsWith('#')) continue;
    else if (token === ';' || token === '{') {
      if (directive === undefined) return { text: `unexpected "${token}"`, line };
      if (token === '{') depth++;
      directive = undefined;
    } else if (token === '}') {
      if (directive !== undefined) return { text: `directive "${directive}" is not terminated by ";"`, line };
      if (depth-- === 0) return { text: 'unexpected "}"', line };
    } else {
      directive ??= token;
      line += token.split('\n').length - 1;
    }
  }
  if (directive !== undefined) return { text: 'unexpected end of file, expecting ";" or "}"', line };
  return depth > 0 ? { text: 'unexpected end of file, expecting "}"', line } : undefined;
}
