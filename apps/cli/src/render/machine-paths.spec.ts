import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildKustomization } from '@lotse/kustomize';
import { afterAll, expect, it } from 'vitest';
import { DiskFileTree } from './disk-file-tree.js';
import { ofThisMachine } from './machine-paths.js';

const folder = mkdtempSync(join(tmpdir(), 'lotse-machine-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a build of this kustomization fails with, in the words for this machine. */
function failureOf(kustomization: string, path = folder): string {
  writeFileSync(join(folder, 'kustomization.yaml'), kustomization);
  try {
    buildKustomization({
      tree: new DiskFileTree('/'),
      path: path.slice(1),
      loadRestrictions: 'root-only',
      reorder: 'legacy',
    });
  } catch (error) {
    return ofThisMachine(error instanceof Error ? error.message : String(error), path);
  }
  throw new Error('the build did not fail');
}

const files = (file: string): string => `configMapGenerator: [{name: a, files: [${file}]}]`;

it('gives absolute paths their slash, of the folder and of what lies beside it', () => {
  expect(failureOf('resources: [none.yaml]')).toContain(`'${folder}/none.yaml' does not exist`);
  expect(failureOf('a: [')).toContain(` ${folder}/kustomization.yaml:`);
  writeFileSync(`${folder}-beside`, '');
  try {
    expect(failureOf(files(`../${folder.split('/').at(-1)}-beside`))).toContain(
      `file '${folder}-beside' is not`,
    );
  } finally {
    rmSync(`${folder}-beside`);
  }
});

it('speaks of no repository', () => {
  expect(failureOf(files('/etc/hostname'))).toBe(
    `security; file '/etc/hostname' is not in or below '${folder}'`,
  );
  expect(failureOf('resources: [../../../../../../../../x]')).toContain('leads above the root folder');
  expect(failureOf('', join(folder, 'none'))).toBe(`'${folder}/none' is not a folder`);
});
