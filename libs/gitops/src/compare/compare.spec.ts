import type { KubeObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { readSyncOptions } from '../application/sync-options.js';
import { compareObject, resourceStatus } from './compare.js';
import { compileJqPaths } from './jq.js';
import { maskSecrets } from './mask-secrets.js';
import { respectIgnored, ignoredPathsFor } from './ignore-differences.js';

const object = (kind: string, rest: object, metadata: object = {}): KubeObject =>
  ({
    apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
    kind,
    metadata: { name: 'x', namespace: 'n', ...metadata },
    ...rest,
  }) as KubeObject;

describe('comparing one object', () => {
  const live = object(
    'Deployment',
    { spec: { replicas: 3, paused: false }, status: { replicas: 3 } },
    { resourceVersion: '7', uid: 'u' },
  );
  it.each<[string, Parameters<typeof compareObject>[0], string]>([
    [
      'equal after the dry run',
      {
        target: live,
        live,
        predicted: object('Deployment', { spec: { paused: false, replicas: 3 } }),
        ignoreDifferences: [],
      },
      'Synced',
    ],
    [
      'different',
      {
        target: live,
        live,
        predicted: object('Deployment', { spec: { paused: false, replicas: 1 } }),
        ignoreDifferences: [],
      },
      'OutOfSync',
    ],
    [
      'different where it does not count',
      {
        target: live,
        live,
        predicted: object('Deployment', { spec: { paused: false, replicas: 1 } }),
        ignoreDifferences: [{ group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] }],
      },
      'Synced',
    ],
    ['missing in the cluster', { target: live, ignoreDifferences: [] }, 'OutOfSync'],
    ['missing in Git', { live, ignoreDifferences: [] }, 'OutOfSync'],
    [
      'missing in Git, but extraneous objects are welcome',
      {
        live: object(
          'ConfigMap',
          {},
          { annotations: { 'argocd.argoproj.io/compare-options': 'IgnoreExtraneous' } },
        ),
        ignoreDifferences: [],
      },
      'Synced',
    ],
    [
      'a hook that is not there',
      {
        target: object('Pod', {}, { annotations: { 'argocd.argoproj.io/hook': 'PreSync' } }),
        ignoreDifferences: [],
      },
      'Synced',
    ],
    [
      'a Secret written as stringData',
      {
        target: live,
        live: object('Secret', { data: { a: 'eA==' } }),
        predicted: object('Secret', { stringData: { a: 'x' } }),
        ignoreDifferences: [],
      },
      'Synced',
    ],
  ])('%s', (_, input, status) => {
    expect(compareObject(input).status).toBe(status);
  });

  it('lists an extra object as to be pruned', () => {
    expect(
      resourceStatus(
        compareObject({ live: object('ConfigMap', {}), ignoreDifferences: [] }),
        readSyncOptions([]),
      ),
    ).toEqual({
      version: 'v1',
      kind: 'ConfigMap',
      name: 'x',
      namespace: 'n',
      status: 'OutOfSync',
      requiresPruning: true,
    });
  });

  it('leaves ignored fields as they are live when asked to respect them', () => {
    const target = object('Deployment', { spec: { replicas: 1, paused: true } });
    const ignored = ignoredPathsFor(
      [{ group: 'apps', kind: 'Deployment', jqPathExpressions: ['.spec.replicas'] }],
      target,
    );
    expect(respectIgnored(target, live, ignored)['spec']).toEqual({ replicas: 3, paused: true });
  });

  it('ignores what a manager owns', () => {
    const scaled = object(
      'Deployment',
      { spec: { replicas: 9 } },
      { managedFields: [{ manager: 'hpa', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }] },
    );
    const rules = [{ group: 'apps', kind: 'Deployment', managedFieldsManagers: ['hpa'] }];
    expect(
      compareObject({
        target: live,
        live: scaled,
        predicted: object('Deployment', { spec: { replicas: 3 } }),
        ignoreDifferences: rules,
      }).modified,
    ).toBe(false);
  });
});

describe('jq path expressions', () => {
  const document = {
    spec: {
      containers: [
        { name: 'a', image: 'x:1' },
        { name: 'b', image: 'y:2' },
      ],
      'odd-key': 1,
    },
  };
  it.each<[string, string[]]>([
    ['.spec.containers[0].image', ['spec/containers/0/image']],
    ['.spec.containers[] | select(.name == "b") | .image', ['spec/containers/1/image']],
    [
      '.spec.containers[] | select(.name == "a" or .name == "b").image',
      ['spec/containers/0/image', 'spec/containers/1/image'],
    ],
    ['.spec["odd-key"]', ['spec/odd-key']],
    ['.spec.containers[]? | select(.image | test("^y:[0-9]+$"))', ['spec/containers/1']],
    ['.spec.containers[] | select(.name | startswith("a") | not) .name', ['spec/containers/1/name']],
    ['.spec.containers[-1].name, .spec."odd-key"', ['spec/containers/-1/name', 'spec/odd-key']],
    ['.. | select(. == "x:1")', ['spec/containers/0/image']],
    ['.spec.none[]?.x', []],
  ])('%s', (expression, paths) => {
    expect(compileJqPaths(expression)(document).map((path) => path.join('/'))).toEqual(paths);
  });
  it.each(['.spec[', 'del(.spec)', '.a |', 'select()', '.a ~ .b', '"open'])(
    'refuses %s and says why',
    (expression) => {
      expect(() => compileJqPaths(expression)).toThrow(/can't be used/);
    },
  );
  it('ends an expression that explodes', () => {
    const wide = { list: Array.from({ length: 400 }, (_, index) => index) };
    expect(() => compileJqPaths('.list[] as')).toThrow();
    expect(() => compileJqPaths('[.list[]]')).toThrow();
    expect(() =>
      compileJqPaths('.list | select(any(. == -1) | not) | select(all(. >= 0)) | .[]')(wide),
    ).not.toThrow();
  });
});

describe('masking', () => {
  it('shows which values are equal and never what they are', () => {
    const secret = (value: string): KubeObject =>
      object(
        'Secret',
        { data: { a: value, b: 'c2FtZQ==' } },
        { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"a":"${value}"}}` } },
      );
    const [one, two] = maskSecrets([secret('Y2FuYXJ5MQ=='), secret('Y2FuYXJ5Mg==')]);
    const text = JSON.stringify([one, two]);
    expect(text).not.toMatch(/Y2FuYXJ5|c2FtZQ/);
    const [a, b] = [one?.['data'], two?.['data']] as Record<string, string>[];
    expect(a?.['b']).toBe(b?.['b']);
    expect(a?.['a']).not.toBe(b?.['a']);
  });
  it.each(['canary', ['canary'], { a: { b: 'canary' } }])('masks malformed data %j', (data) => {
    expect(JSON.stringify(maskSecrets([object('Secret', { data })]))).not.toContain('canary');
  });
  it('keeps hostile keys as data', () => {
    const data = JSON.parse('{"__proto__": "canary"}') as object;
    const masked = maskSecrets([object('Secret', { data })]);
    expect(JSON.stringify(masked)).toContain('"__proto__":"++++++++"');
  });
});
