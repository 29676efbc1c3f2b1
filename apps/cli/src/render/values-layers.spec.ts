import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { layersOf } from './values-layers.js';

const folder = mkdtempSync(join(tmpdir(), 'lotse-cli-values-'));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
afterAll(() => rmSync(folder, { recursive: true }));

it('reads every file that --set-file names, also in lists, with commas in names and from the web', async () => {
  const plain = file('one.txt', 'one');
  const comma = file('a,b.txt', 'two');
  const expression = `a=${plain},b={${comma.replace(',', '\\,')},https://example.org/v}`;
  const layers = await layersOf({ setFile: [expression] }, 4, (url) => Promise.resolve(`from ${url}`));
  expect(layers).toEqual([
    {
      kind: 'set-file',
      expression,
      files: new Map([
        [plain, 'one'],
        [comma, 'two'],
        ['https://example.org/v', 'from https://example.org/v'],
      ]),
    },
  ]);
});

it('says which file of --set-file is not there', async () => {
  const missing = join(folder, 'missing.txt');
  await expect(layersOf({ setFile: [`a=${missing}`] }, 4, () => Promise.resolve(''))).rejects.toThrow(
    missing,
  );
});
