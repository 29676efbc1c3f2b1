import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { assertReadable } from './assert-readable.js';

const folder = mkdtempSync(join(tmpdir(), 'lotse-readable-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('lets a file through', async () => {
  writeFileSync(join(folder, 'a.backup'), 'x');
  await expect(assertReadable(join(folder, 'a.backup'))).resolves.toBeUndefined();
});

it('says what is wrong with a path that is no file', async () => {
  await expect(assertReadable(join(folder, 'none'))).rejects.toMatchObject({
    code: 'backup_invalid',
    message: `There is no file ${folder}/none. Give --restore the path of a backup.`,
  });
  await expect(assertReadable(folder)).rejects.toMatchObject({
    code: 'backup_invalid',
    message: `${folder} is not a file. Give --restore the path of a backup.`,
  });
});
