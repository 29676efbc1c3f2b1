import { dirname } from 'node:path';

/** Why a file can't be read, in words. */
export function whyUnreadable(file: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no file ${file}`;
    case 'EISDIR':
      return `${file} is a folder, not a file`;
    case 'EACCES':
    case 'EPERM':
      return `you may not read ${file}`;
    default:
      return `cannot read ${file}: ${messageOf(error)}`;
  }
}

/** Why a file can't be written, in words. */
export function whyUnwritable(file: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `cannot write ${file}: there is no folder ${dirname(file)}`;
    case 'EISDIR':
      return `cannot write ${file}: it is a folder`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `cannot write ${file}: you may not write there`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `cannot write ${file}: there is no space left`;
    default:
      return `cannot write ${file}: ${messageOf(error)}`;
  }
}

/** Was it the file system of this machine that failed? */
export function isOfFileSystem(error: unknown): boolean {
  return (
    error instanceof Error &&
    'syscall' in error &&
    'code' in error &&
    /^(open|write|fsync|rename)$/.test(String(error.syscall))
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
