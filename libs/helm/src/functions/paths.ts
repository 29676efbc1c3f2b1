import { define, type FunctionTable } from './signature.js';

/** path.Clean: the shortest path that means the same. */
export function cleanPath(path: string): string {
  if (path === '') return '.';
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push('..');
  }
  return (rooted ? '/' : '') + parts.join('/') || '.';
}

function base(path: string): string {
  if (path === '') return '.';
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  const trimmed = path.slice(0, end);
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

function extension(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

const baseFunction = define('string', base);
const clean = define('string', cleanPath);
const dir = define('string', (path) => cleanPath(path.slice(0, path.lastIndexOf('/') + 1)));
const ext = define('string', extension);
const isAbs = define('string', (path) => path.startsWith('/'));

/** Sprig's path functions; those of the operating system are the same on Linux. */
export const pathFunctions: FunctionTable = {
  base: baseFunction,
  clean,
  dir,
  ext,
  isAbs,
  osBase: baseFunction,
  osClean: clean,
  osDir: dir,
  osExt: ext,
  osIsAbs: isAbs,
};
