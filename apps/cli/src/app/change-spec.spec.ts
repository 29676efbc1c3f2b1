import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { changeSources, changeSpec, type EditableSpec } from './change-spec.js';
import { unsetSource } from './unset-source.js';

const shop: EditableSpec = {
  project: 'team',
  source: {
    repoURL: 'https://git.example/shop',
    path: 'chart',
    targetRevision: 'main',
    helm: {
      valueFiles: ['values-a.yaml'],
      parameters: [
        { name: 'replicas', value: '1' },
        { name: 'image.tag', value: '1.0', forceString: true },
      ],
      valuesObject: { a: 1 },
    },
  },
  destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
  syncPolicy: { automated: { prune: true }, syncOptions: ['CreateNamespace=true', 'PruneLast=true'] },
  ignoreDifferences: [{ kind: 'Deployment', jsonPointers: ['/spec/replicas'] }],
};

it('makes the same specification when no option is about it', () => {
  expect(changeSpec(shop, {})).toEqual(shop);
});

it('sets parameters by their name and replaces the list of values files', () => {
  const { source } = changeSpec(shop, {
    helmSet: ['replicas=3'],
    parameter: ['color=blue=green'],
    helmSetString: ['image.tag=2.0'],
    helmSetFile: ['config=files/config.txt'],
    values: ['values-b.yaml', 'values-c.yaml'],
    helmSkipCrds: true,
    revision: 'v2',
  });
  expect(source).toEqual({
    repoURL: 'https://git.example/shop',
    path: 'chart',
    targetRevision: 'v2',
    helm: {
      valueFiles: ['values-b.yaml', 'values-c.yaml'],
      parameters: [
        { name: 'replicas', value: '3' },
        { name: 'image.tag', value: '2.0', forceString: true },
        { name: 'color', value: 'blue=green' },
      ],
      fileParameters: [{ name: 'config', path: 'files/config.txt' }],
      valuesObject: { a: 1 },
      skipCrds: true,
    },
  });
});

it('lets values of a file here take the place of those that would win over them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lotse-values-'));
  try {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, 'a: 2\n');
    const { source } = changeSpec(shop, { valuesLiteralFile: file });
    expect(source?.['helm']).toMatchObject({ values: 'a: 2\n' });
    expect(source?.['helm']).not.toHaveProperty('valuesObject');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('keeps one image of each name, whatever stands behind the name', () => {
  const before: EditableSpec = {
    source: { kustomize: { images: ['nginx:1.27', 'registry:5000/web@sha256:aa', 'db=other/db:1'] } },
  };
  const { source } = changeSpec(before, {
    kustomizeImage: ['nginx:1.28', 'registry:5000/web:2', 'db=third/db:3', 'cache:1'],
    kustomizeReplica: ['web=3'],
  });
  expect(source?.['kustomize']).toEqual({
    images: ['nginx:1.28', 'registry:5000/web:2', 'db=third/db:3', 'cache:1'],
    replicas: [{ name: 'web', count: 3 }],
  });
  expect(() => changeSpec(before, { kustomizeReplica: ['web=many'] })).toThrow('name=count');
});

it('replaces sync options by their name, and takes off those with an exclamation mark', () => {
  const { syncPolicy } = changeSpec(shop, {
    syncOption: ['PruneLast=false', '!CreateNamespace=true', 'Replace=true'],
  });
  expect(syncPolicy).toMatchObject({ syncOptions: ['PruneLast=false', 'Replace=true'] });
});

it('turns automation on, changes it and turns it off', () => {
  expect(changeSpec(shop, { selfHeal: true, autoPrune: false }).syncPolicy).toMatchObject({
    automated: { prune: false, selfHeal: true },
  });
  expect(changeSpec(shop, { syncPolicy: 'none' }).syncPolicy).toEqual({
    syncOptions: ['CreateNamespace=true', 'PruneLast=true'],
  });
  expect(changeSpec({}, { syncPolicy: 'automated', autoPrune: true }).syncPolicy).toEqual({
    automated: { prune: true },
  });
  expect(
    changeSpec({ syncPolicy: { automated: { enabled: false } } }, { syncPolicy: 'auto' }).syncPolicy,
  ).toEqual({ automated: { enabled: true } });
  expect(() => changeSpec({}, { autoPrune: true })).toThrow('--sync-policy automated');
  expect(changeSpec({ syncPolicy: { automated: {} } }, { syncPolicy: 'none' })).not.toHaveProperty(
    'syncPolicy',
  );
});

it('names another cluster in place of the one it had', () => {
  expect(changeSpec(shop, { destName: 'in-cluster', destNamespace: 'other' }).destination).toEqual({
    name: 'in-cluster',
    namespace: 'other',
  });
});

it('asks which of several sources is meant, unless none is', () => {
  const two: EditableSpec = {
    sources: [
      { repoURL: 'a', path: 'x' },
      { repoURL: 'b', path: 'y' },
    ],
  };
  expect(changeSpec(two, { revision: 'v2' }, 2).sources).toEqual([
    { repoURL: 'a', path: 'x' },
    { repoURL: 'b', path: 'y', targetRevision: 'v2' },
  ]);
  expect(changeSpec(two, { syncPolicy: 'auto' }).sources).toEqual(two.sources);
  expect(() => changeSpec(two, { revision: 'v2' })).toThrow('--source-position');
  expect(() => changeSpec(two, { revision: 'v2' }, 3)).toThrow('from 1 to 2');
  expect(() => changeSpec(shop, { revision: 'v2' }, 2)).toThrow('one source');
});

it('takes off what is named and leaves the rest', () => {
  const { source } = changeSources(shop, undefined, (each) =>
    unsetSource(each, {
      parameter: ['replicas'],
      values: ['values-a.yaml'],
      valuesLiteral: true,
      nameprefix: true,
    }),
  );
  expect(source?.['helm']).toEqual({ parameters: [{ name: 'image.tag', value: '1.0', forceString: true }] });
  expect(
    unsetSource(
      { kustomize: { images: ['nginx:1.27'], namePrefix: 'a-' } },
      { kustomizeImage: ['nginx'], nameprefix: true },
    ),
  ).toEqual({});
});
