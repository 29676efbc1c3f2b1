import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryFileTree } from '@lotse/manifests';
import { afterAll, expect, it } from 'vitest';
import { buildWithNetwork } from './build-with-network.js';
import { writeResult } from './write-result.js';

const folder = mkdtempSync(join(tmpdir(), 'lotse-cli-output-'));
afterAll(() => rmSync(folder, { recursive: true }));

const map = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const build = (): ReturnType<typeof buildWithNetwork> => {
  const tree = new MemoryFileTree({
    'kustomization.yaml': 'resources: [all.yaml]\n',
    'all.yaml': `${map('a')}---\n${map('b')}`,
  });
  return buildWithNetwork({ tree, path: '' }, { enableHelm: false, allowRemote: false });
};

it('writes one file, or one per object into a folder', async () => {
  writeResult(join(folder, 'all'), await build());
  expect(readFileSync(join(folder, 'all'), 'utf8')).toBe(`${map('a')}---\n${map('b')}`);
  rmSync(join(folder, 'all'));
  writeResult(folder, await build());
  expect(readdirSync(folder).sort()).toEqual(['v1_configmap_a.yaml', 'v1_configmap_b.yaml']);
  expect(readFileSync(join(folder, 'v1_configmap_b.yaml'), 'utf8')).toBe(map('b'));
});

it('says which file it cannot write', async () => {
  const result = await build();
  expect(() => writeResult(join(folder, 'none/all'), result)).toThrow(
    /cannot write .*none\/all: there is no folder .*none$/,
  );
});
