import { open } from 'node:fs/promises';
import { CodedError } from '@lotse/manifests';

/** Is there a file to restore? Asked before a database is made for it. @throws CodedError `backup_invalid`. */
export async function assertReadable(path: string): Promise<void> {
  try {
    const file = await open(path, 'r');
    try {
      if ((await file.stat()).isFile()) return;
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new CodedError(
      'backup_invalid',
      code === 'ENOENT' || code === 'ENOTDIR'
        ? `There is no file ${path}. Give --restore the path of a backup.`
        : `The file ${path} can't be read (${code}). Give --restore the path of a backup.`,
      {},
      { cause: error },
    );
  }
  throw new CodedError('backup_invalid', `${path} is not a file. Give --restore the path of a backup.`);
}
