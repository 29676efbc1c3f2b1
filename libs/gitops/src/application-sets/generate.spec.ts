import { describe, expect, it } from 'vitest';
import { MemoryFileTree, type JsonObject, type KubeObject } from '@lotse/manifests';
import { generateApplications } from './generate.js';
import { sanitizeName } from './sanitize-name.js';
import type { ApplicationSet, ApplicationSetSpec, GeneratorSources } from './types.js';

const tree = new MemoryFileTree({
  'apps/api/a.yaml': '',
  'apps/web/deep/a.yaml': '',
  'apps/old/a.yaml': '',
  'apps/.hidden/a.yaml': '',
  'envs/dev/config.json': '{"cluster": {"name": "dev"}, "n": 1}',
  'envs/eu/prod/config.json': '[{"cluster": {"name": "p1"}}, {"cluster": {"name": "p2"}}]',
});
const sources: GeneratorSources = {
  tree: async (repoURL) => {
    if (repoURL !== 'repo') throw new Error(`${repoURL} can't be reached`);
    return tree;
  },
  clusters: async () => [
    { name: 'in-cluster', server: 'https://local', project: '', labels: {}, annotations: {}, local: true },
    {
      name: 'East_1',
      server: 'https://east',
      project: '',
      labels: { env: 'prod' },
      annotations: { note: 'n' },
      local: false,
    },
  ],
  goTemplate: (text, data, missingKey) =>
    text.replace(/\{\{\s*\.([\w.]+)\s*\}\}/g, (_, path: string) => {
      let value: unknown = data;
      for (const part of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
      if (value === undefined && missingKey === 'error') throw new Error(`no entry ${path}`);
      return String(value);
    }),
};
const set = (spec: ApplicationSetSpec): ApplicationSet => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'ApplicationSet',
  metadata: { name: 's', uid: 'u' },
  spec: { template: { metadata: { name: '{{name}}' }, spec: { project: 'p' } }, ...spec },
});
const run = (spec: ApplicationSetSpec): ReturnType<typeof generateApplications> =>
  generateApplications(set(spec), sources, 'argocd');
const applications = async (spec: ApplicationSetSpec): Promise<readonly KubeObject[]> => {
  const result = await run(spec);
  if (result.type === 'failed') throw new Error(result.message);
  return result.applications;
};
const names = async (
  generator: JsonObject,
  name: string,
  more: ApplicationSetSpec = {},
): Promise<unknown[]> =>
  (
    await applications({
      generators: [generator],
      template: { metadata: { name }, spec: { project: 'p' } },
      ...more,
    })
  ).map(({ metadata }) => metadata.name);

describe('a set in the {{name}} form', () => {
  const list = (...elements: JsonObject[]): JsonObject => ({ list: { elements } });
  const directories: JsonObject = {
    git: { repoURL: 'repo', directories: [{ path: 'apps/*' }, { path: 'apps/old', exclude: true }] },
  };
  const files: JsonObject = { git: { repoURL: 'repo', files: [{ path: 'envs/**/config.json' }] } };

  it.each<[string, JsonObject, string, string[]]>([
    ['elements of a list', list({ a: 'x', values: { b: 'y' } }), '{{ a }}-{{values.b}}', ['x-y']],
    ['elements of a text', { list: { elementsYaml: '- a: 1\n- a: 2' } }, 'n{{a}}', ['n1', 'n2']],
    ['what it does not know as it stands', list({ a: 'x' }), '{{b}}', ['{{b}}']],
    ['directories', directories, '{{path.basename}}-{{path[0]}}', ['api-apps', 'web-apps']],
    [
      'files, each object of them',
      files,
      '{{cluster.name}}.{{path.filenameNormalized}}',
      ['dev.config.json', 'p1.config.json', 'p2.config.json'],
    ],
    ['all clusters', { clusters: {} }, '{{nameNormalized}}', ['in-cluster', 'east-1']],
    [
      'clusters by label, with values of their own',
      {
        clusters: {
          selector: { matchExpressions: [{ key: 'env', operator: 'In', values: ['prod'] }] },
          values: { v: '{{name}}/{{metadata.annotations.note}}' },
        },
      },
      '{{values.v}}',
      ['East_1/n'],
    ],
    [
      'a selection of what a generator gave',
      {
        ...list({ a: 'x', env: 'dev' }, { a: 'y', env: 'prod' }),
        selector: { matchLabels: { env: 'prod' } },
      },
      '{{a}}',
      ['y'],
    ],
    [
      'every pair of a matrix, the second filled from the first',
      {
        matrix: {
          generators: [directories, { list: { elements: [{ b: '{{path.basename}}2' }, { b: 'c' }] } }],
        },
      },
      '{{path.basename}}-{{b}}',
      ['api-api2', 'api-c', 'web-web2', 'web-c'],
    ],
    [
      'what is merged by keys, without the strangers of later ones',
      {
        merge: {
          mergeKeys: ['k'],
          generators: [
            list({ k: '1', v: 'a' }, { k: '2', v: 'b' }),
            list({ k: '2', v: 'c' }, { k: '3', v: 'd' }),
          ],
        },
      },
      '{{k}}{{v}}',
      ['1a', '2c'],
    ],
    [
      'a merge in a matrix',
      {
        matrix: {
          generators: [
            { merge: { mergeKeys: ['k'], generators: [list({ k: '1' }), list({ k: '1', w: 'z' })] } },
            list({ b: 'b' }),
          ],
        },
      },
      '{{k}}{{w}}{{b}}',
      ['1zb'],
    ],
  ])('%s', async (_, generator, name, expected) => expect(await names(generator, name)).toEqual(expected));
});

describe('a set of Go templates', () => {
  const go = { goTemplate: true, goTemplateOptions: ['missingkey=error'] };

  it('has nested parameters', async () => {
    const git = {
      git: {
        repoURL: 'repo',
        files: [{ path: 'envs/*/config.json' }],
        values: { v: '{{ .path.basename }}!' },
      },
    };
    expect(await names(git, '{{ .cluster.name }}-{{ .path.filename }}-{{ .values.v }}', go)).toEqual([
      'dev-config.json-dev!',
    ]);
  });

  it('keeps two directories apart by their prefixes', async () => {
    const of = (path: string, pathParamPrefix: string): JsonObject => ({
      git: { repoURL: 'repo', directories: [{ path }], pathParamPrefix },
    });
    const matrix = { matrix: { generators: [of('apps/api', 'a'), of('apps/w*', 'b')] } };
    expect(await names(matrix, '{{ .a.path.basename }}{{ .b.path.basename }}', go)).toEqual(['apiweb']);
  });

  it('fills values of the second generator of a matrix with its own parameters', async () => {
    const matrix = {
      matrix: {
        generators: [
          { list: { elements: [{ r: 'repo' }] } },
          {
            git: {
              repoURL: '{{ .r }}',
              directories: [{ path: 'apps/api' }],
              values: { v: '{{ .r }}/{{ .path.basename }}' },
            },
          },
        ],
      },
    };
    expect(await names(matrix, '{{ .values.v }}', go)).toEqual(['repo/api']);
  });

  it('fails as a whole when one text has no value', async () => {
    const result = await run({
      ...go,
      generators: [{ list: { elements: [{ a: 'x' }, { b: 'y' }] } }],
      template: { metadata: { name: '{{ .a }}' }, spec: {} },
    });
    expect(result).toMatchObject({ type: 'failed', reason: 'RenderTemplateParamsError' });
  });
});

describe('the applications of a set', () => {
  const one = { generators: [{ list: { elements: [{ name: 'x', url: 'u' }] } }] };

  it('are deleted with what they delivered, unless that is to be preserved', async () => {
    expect((await applications(one))[0]?.metadata.finalizers).toEqual([
      'resources-finalizer.argocd.argoproj.io',
    ]);
    const kept = await applications({ ...one, syncPolicy: { preserveResourcesOnDeletion: true } });
    expect(kept[0]?.metadata.finalizers).toBeUndefined();
  });

  it('are patched, but not into another project', async () => {
    const templatePatch = 'metadata: {labels: {l: "{{name}}"}}\nspec: {source: {path: "{{url}}"}}';
    expect((await applications({ ...one, templatePatch }))[0]).toMatchObject({
      metadata: { name: 'x', namespace: 'argocd', labels: { l: 'x' } },
      spec: { project: 'p', source: { path: 'u' } },
    });
    expect(await run({ ...one, templatePatch: 'spec: {project: other}' })).toMatchObject({ type: 'failed' });
  });

  it('have what the template of their generator says first', async () => {
    const generator = {
      list: { elements: [{ name: 'x' }], template: { spec: { source: { path: 'own' } } } },
    };
    const template = {
      metadata: { name: '{{name}}' },
      spec: { project: 'p', source: { path: 'all', repoURL: 'r' } },
    };
    expect((await applications({ generators: [generator], template }))[0]).toMatchObject({
      spec: { source: { path: 'own', repoURL: 'r' } },
    });
  });
});

describe('a set that can not be generated', () => {
  it.each<[string, ApplicationSetSpec, RegExp]>([
    [
      'an unreachable repository',
      { generators: [{ git: { repoURL: 'no', directories: [{ path: '*' }] } }] },
      /no can't be reached/,
    ],
    [
      'one bad generator among good ones',
      { generators: [{ list: { elements: [{ name: 'x' }] } }, { list: { elements: 3 } }] },
      /spec\.generators\[1\]\.list\.elements/,
    ],
    [
      'two applications of one name',
      { generators: [{ list: { elements: [{ name: 'x' }, { name: 'x' }] } }] },
      /duplicate name: "x"/,
    ],
    [
      'a generator that is not supported',
      { generators: [{ pullRequest: {} }] },
      /pullRequest is not supported/,
    ],
    [
      'one for Argo CD plugins',
      { generators: [{ matrix: { generators: [{ plugin: {} }, { list: {} }] } }] },
      /generators\[0\].*plugin is not supported/,
    ],
    ['two generators in one', { generators: [{ list: {}, clusters: {} }] }, /more than one/],
    ['an unknown generator', { generators: [{ lists: {} }] }, /has none of the generators/],
    [
      'a matrix of three',
      { generators: [{ matrix: { generators: [{ list: {} }, { list: {} }, { list: {} }] } }] },
      /exactly two/,
    ],
    [
      'different values of one parameter',
      {
        generators: [
          {
            matrix: {
              generators: [{ list: { elements: [{ a: '1' }] } }, { list: { elements: [{ a: '2' }] } }],
            },
          },
        ],
      },
      /duplicate key "a"/,
    ],
    [
      'merge keys that are not unique',
      {
        generators: [
          {
            merge: {
              mergeKeys: ['k'],
              generators: [{ list: { elements: [{ k: '1' }, { k: '1' }] } }, { list: {} }],
            },
          },
        ],
      },
      /not unique/,
    ],
    [
      'a merge in a merge in a matrix',
      {
        generators: [
          {
            matrix: {
              generators: [
                { merge: { mergeKeys: ['k'], generators: [{ merge: {} }, { list: {} }] } },
                { list: {} },
              ],
            },
          },
        ],
      },
      /nested too deeply/,
    ],
    [
      'a progressive rollout',
      { generators: [], strategy: { type: 'RollingSync' } },
      /RollingSync is not supported/,
    ],
    [
      'an unknown policy',
      { generators: [], syncPolicy: { applicationsSync: 'never' as 'sync' } },
      /applicationsSync/,
    ],
    [
      'a file that is no object',
      {
        generators: [
          { git: { repoURL: 'repo', files: [{ path: 'apps/api/a.yaml' }, { path: 'none' }], values: 'x' } },
        ],
      },
      /values/,
    ],
    [
      'too many pairs',
      {
        generators: [
          {
            matrix: {
              generators: [
                { list: { elements: Array.from({ length: 100 }, (_, i) => ({ a: `${i}` })) } },
                { list: { elements: Array.from({ length: 100 }, (_, i) => ({ b: `${i}` })) } },
              ],
            },
          },
        ],
      },
      /more than the limit of 5000/,
    ],
  ])('names what is wrong: %s', async (_, spec, message) => {
    const result = await run(spec);
    expect(result).toMatchObject({ type: 'failed', message: expect.stringMatching(message) as string });
  });

  it('knows no keys of prototypes', async () => {
    expect(await names({ list: { elements: [{ a: 'x' }] } }, '{{constructor}}{{__proto__}}')).toEqual([
      '{{constructor}}{{__proto__}}',
    ]);
  });
});

it.each([
  ['Feature/ABC_1', 'feature-abc-1'],
  ['--x.', 'x'],
  ['é'.repeat(300), ''],
])('a name made of %s', (text, name) => expect(sanitizeName(text)).toBe(name));
