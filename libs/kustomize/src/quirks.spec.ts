import { emitYaml, MemoryFileTree, type JsonValue } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { buildKustomization } from './build-kustomization.js';
import type { HelmInflationRequest } from './generators/helm-charts.js';

const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';

/** Builds a config map with a patch over it and gives its data. */
function patched(data: string, patch: string): JsonValue {
  const tree = new MemoryFileTree({
    'kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
    'a.yaml': `${HEAD}data:\n${data}`,
    'p.yaml': `${HEAD}data:\n${patch}`,
  });
  return (buildKustomization({ tree, path: '' }).objects[0]?.['data'] ?? null) as JsonValue;
}

function build(files: Record<string, string>, path = ''): string {
  return buildKustomization({ tree: new MemoryFileTree(files), path }).text;
}

describe('what Kustomize does to scalars', () => {
  it.each<[data: string, patch: string, result: JsonValue]>([
    ['  k: "1"\n', '  k: 5\n', { k: '5' }],
    ['  k: one\n', '  k: 5\n', { k: 5 }],
    ['  k: 1\n', '  k: "5"\n', { k: '5' }],
    ['  k: "1"\n', '  k: null\n  l: x\n', { l: 'x' }],
    ['  k: null\n', '  l: x\n', { k: null, l: 'x' }],
    ['  k:\n', '  l: x\n', { l: 'x' }],
    ['  k: |\n    a\n', '  k: >-\n    b\n      c\n', { k: 'b\n  c' }],
    ['  k: {e: }\n', '  l: x\n', { l: 'x', k: {} }],
  ])('merges data %j and %j', (data, patch, result) => {
    expect(patched(data, patch)).toEqual(result);
  });

  it.each([
    ['yes', '"yes"'],
    ['1.10', '1.1'],
    ['0777', '511'],
    ['2001-01-01', '"2001-01-01T00:00:00Z"'],
    ['2001-12-14t21:59:43.10-05:00', '"2001-12-14T21:59:43.1-05:00"'],
    ['12345678901234567890', '12345678901234567890'],
    ['~', 'null'],
    ['[a, , b]', undefined],
    ['{a: , b: c}', '\n    a: ""\n    b: c'],
    ['>-\n    a\n      b\n    c', '|-\n    a\n\n      b\n    c'],
  ])('prints the scalar %j', (text, printed) => {
    const files = { 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': `${HEAD}data:\n  k: ${text}\n` };
    if (printed === undefined) expect(() => build(files)).toThrow(/yaml|YAML/);
    else expect(build(files)).toContain(`data:\n  k: ${printed}\n`.replace(': \n', ':\n'));
  });

  it.each(['8080: x', '"a": b\ntrue: c', '? {a: b}\n: c'])(
    'refuses map keys that are no text: %j',
    (entry) => {
      const data = entry
        .split('\n')
        .map((line) => `  ${line}\n`)
        .join('');
      expect(() =>
        build({ 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': `${HEAD}data:\n${data}` }),
      ).toThrow(/map key/);
    },
  );

  it('makes annotations text and drops empty maps of them', () => {
    const files = (annotations: string): Record<string, string> => ({
      'kustomization.yaml': 'resources: [a.yaml]',
      'a.yaml': `${HEAD}  annotations: ${annotations}\n`,
    });
    expect(build(files('{a: 5, b: true}'))).toContain('annotations:\n    a: "5"\n    b: "true"\n');
    expect(build(files('{}'))).not.toContain('annotations');
  });
});

describe('merge keys', () => {
  const data = (text: string): string =>
    build({
      'kustomization.yaml': 'resources: [a.yaml]',
      'a.yaml': `${HEAD}x: &x {b: "1"}\nlist: &l [{b: "1"}]\ndata:\n${text}`,
    });

  it.each([
    ['  <<: *x\n', 'data:\n  b: "1"\n'],
    ['  !!merge <<: *x\n', 'data:\n  b: "1"\n'],
    ['  !!merge "<<": *x\n', 'data:\n  b: "1"\n'],
    ['  ! <<: *x\n', 'data:\n  b: "1"\n'],
    ['  "<<": *x\n  c: d\n', 'data:\n  c: d\nkind'],
    ['  !!str <<: *x\n  c: d\n', 'data:\n  c: d\nkind'],
    ['  <<: [*x, {b: "2", c: "3"}]\n', 'data:\n  b: "1"\n  c: "3"\n'],
    ['  <<: *x\n  b: own\n', 'data:\n  b: own\n'],
  ])('bring in what %j names', (text, printed) => {
    expect(data(text)).toContain(printed);
  });

  it.each([
    ['  <<: *x\n  <<: *x\n', /a\.yaml:9: duplicate merge key/],
    ['  <<: *l\n', /a\.yaml:8: a merge key \(<<\) needs a map or a list of maps/],
    ['  <<:\n', /needs a map or a list of maps/],
    ['  !!int 5: x\n', /map key 5 at a\.yaml:8 is not text/],
  ])('are refused as %j', (text, message) => {
    expect(() => data(text)).toThrow(message);
  });
});

describe('a patch that takes all annotations away', () => {
  it('makes a resource forget its former names, as the original does', () => {
    const patch = (annotations: string): Record<string, string> => ({
      'base/kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: p-\n',
      'base/a.yaml': HEAD,
      'middle/kustomization.yaml': 'resources: [../base]\npatches: [{path: p.yaml}]\n',
      'middle/p.yaml': `${HEAD}${annotations}data: {m: n}\n`,
      'kustomization.yaml': 'resources: [middle]\npatches: [{path: p.yaml}]\n',
      'p.yaml': `${HEAD}data: {x: z}\n`,
    });
    expect(build(patch(''))).toContain('x: z');
    expect(() => build(patch('  annotations: null\n'))).toThrow(/no matches for Id ConfigMap\.v1/);
    expect(() => build(patch('  annotations: {$patch: replace, a: b}\n'))).toThrow(
      /no matches for Id ConfigMap\.v1/,
    );
  });
});

describe('labels that common labels wrote', () => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: x}}\n';
  const base = {
    'base/kustomization.yaml': 'resources: [s.yaml]\ncommonLabels: {env: base}\n',
    'base/s.yaml': service,
  };

  it('change together in selectors when an overlay sets them in metadata', () => {
    const text = build(
      { ...base, 'over/kustomization.yaml': 'resources: [../base]\nlabels: [{pairs: {env: over}}]\n' },
      'over',
    );
    expect(text).toContain('selector:\n    app: x\n    env: over\n');
  });

  it('no longer do so after a JSON patch', () => {
    const patch = `patches: [{patch: '[{"op":"add","path":"/spec/x","value":1}]', target: {kind: Service}}]\n`;
    const text = build(
      {
        ...base,
        'over/kustomization.yaml': `resources: [../base]\nlabels: [{pairs: {env: over}}]\n${patch}`,
      },
      'over',
    );
    expect(text).toContain('    env: base\n');
    expect(text).toContain('    env: over\n');
  });
});

describe('configuration', () => {
  it('uses name references, prefixes and specs of configurations', () => {
    const files = {
      'kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: p-\nconfigurations: [c.yaml]\n',
      'c.yaml': 'nameReference:\n- kind: ConfigMap\n  fieldSpecs: [{kind: Custom, path: spec/ref}]\n',
      'a.yaml': `${HEAD}---\napiVersion: e.com/v1\nkind: Custom\nmetadata: {name: c}\nspec: {ref: a}\n`,
    };
    expect(build(files)).toContain('ref: p-a\n');
  });

  it('merges custom resources by the given OpenAPI document', () => {
    const schema = JSON.stringify({
      definitions: {
        C: {
          'x-kubernetes-group-version-kind': [{ group: 'e.com', version: 'v1', kind: 'Custom' }],
          properties: {
            list: {
              type: 'array',
              items: {},
              'x-kubernetes-patch-merge-key': 'name',
              'x-kubernetes-patch-strategy': 'merge',
            },
          },
        },
      },
    });
    const custom = (list: string): string =>
      `apiVersion: e.com/v1\nkind: Custom\nmetadata: {name: c}\nlist: ${list}\n`;
    const files = {
      'kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: p.yaml}]\nopenapi: {path: s.json}\n',
      's.json': schema,
      'a.yaml': custom('[{name: x, a: 1}, {name: y}]'),
      'p.yaml': custom('[{name: x, b: 2}]'),
    };
    expect(build(files)).toContain('list:\n- a: 1\n  b: 2\n  name: x\n- name: "y"\n');
    expect(
      build({ ...files, 'kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n' }),
    ).toContain('list:\n- b: 2\n  name: x\n');
  });

  it('refuses fields of configurations that there are not, and specs that contradict each other', () => {
    const files = (config: string): Record<string, string> => ({
      'kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: p-\nconfigurations: [c.yaml]\n',
      'c.yaml': config,
      'a.yaml': HEAD,
    });
    expect(() => build(files('nameprefix: []\nnonsense: []\n'))).toThrow(/c\.yaml.*"nonsense"/);
    expect(() => build(files('commonLabels: [{path: metadata/labels}]\n'))).toThrow(/conflicting fieldspecs/);
  });

  const openApi = (definitions: Record<string, unknown>): string =>
    JSON.stringify({
      definitions: {
        C: {
          'x-kubernetes-group-version-kind': [{ group: 'e.com', version: 'v1', kind: 'Custom' }],
          properties: { template: { $ref: '#/definitions/io.k8s.api.core.v1.PodTemplateSpec' } },
        },
        ...definitions,
      },
    });
  const pods = (containers: string): string =>
    `apiVersion: e.com/v1\nkind: Custom\nmetadata: {name: c}\ntemplate: {spec: {containers: ${containers}}}\n`;
  const overlays = {
    's.json': openApi({}),
    'base/kustomization.yaml': 'resources: [c.yaml]\n',
    'base/c.yaml': pods('[{name: x, image: i}]'),
    'p.yaml': pods('[{name: x, command: [a]}]'),
    'named/kustomization.yaml': 'resources: [../base]\nopenapi: {path: s.json}\n',
    'named/s.json': openApi({}),
  };
  const MERGED = 'containers:\n    - command:\n      - a\n      image: i\n      name: x\n';
  const REPLACED = 'containers:\n    - command:\n      - a\n      name: x\n';

  it.each([
    ['resources: [base]\nopenapi: {path: s.json}\n', REPLACED],
    ['resources: [base]\n', REPLACED],
    // The built-in definitions are in use by the time the component names its document, and are kept.
    ['resources: [base]\ncomponents: [comp]\n', MERGED],
    // A version names the schema as well as a document does, and the first one counts.
    ['resources: [named]\nopenapi: {version: v1.21.2}\n', REPLACED],
  ])('finds definitions where the original does: %j', (kustomization, result) => {
    const text = build({
      ...overlays,
      'comp/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nopenapi: {path: s.json}\n',
      'comp/s.json': openApi({}),
      'kustomization.yaml': `${kustomization}patches: [{path: p.yaml}]\n`,
    });
    expect(text).toContain(result);
  });

  it('runs built-in plugins from files and in place, and validators that change nothing', () => {
    const transformer =
      'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: x}\nprefix: q-\nfieldSpecs: [{path: metadata/name}]\n';
    const label =
      'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: y}\nlabels: {l: m}\nfieldSpecs: [{path: metadata/labels, create: true}]\n';
    const generator =
      'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: made}\nliterals: [k=v]\n';
    const inline = label
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}\n`)
      .join('');
    const files = { 'a.yaml': HEAD, 't.yaml': transformer, 'g.yaml': generator, 'v.yaml': label };
    const text = build({
      ...files,
      'kustomization.yaml': `resources: [a.yaml]\ngenerators: [g.yaml]\ntransformers:\n- t.yaml\n- |-\n${inline}`,
    });
    expect(text).toContain('name: q-a\n');
    expect(text).toMatch(/name: q-made-[a-z0-9]{10}\n/);
    expect(text.split('l: m').length).toBe(3);
    expect(() =>
      build({ ...files, 'kustomization.yaml': 'resources: [a.yaml]\nvalidators: [v.yaml]\n' }),
    ).toThrow(/shouldn't modify/);
  });

  it('shows where resources come from and what changed them', () => {
    const text = build({
      'kustomization.yaml':
        'resources: [a.yaml]\nnamePrefix: p-\nbuildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]\n',
      'a.yaml': HEAD,
    });
    expect(text).toContain(
      emitYaml({ 'config.kubernetes.io/origin': 'path: a.yaml\n' }).trim().replace('\n', '\n    '),
    );
    expect(text).toContain(
      'configuredIn: kustomization.yaml\n        configuredBy:\n          apiVersion: builtin\n          kind: PrefixTransformer',
    );
    expect(text).toContain('app.kubernetes.io/managed-by: kustomize-v5.8.1');
  });

  it('drops resources for local use, after references were fixed', () => {
    const local = HEAD.replace(
      'name: a',
      'name: a\n  annotations: {config.kubernetes.io/local-config: "true"}',
    );
    expect(build({ 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': local })).toBe('');
  });
});

describe('charts', () => {
  const files = {
    'kustomization.yaml':
      'namespace: ns\nhelmCharts:\n- name: c\n  releaseName: r\n  valuesInline: {a: {b: 2}, d: null}\n  additionalValuesFiles: [more.yaml]\n',
    'charts/c/Chart.yaml': 'name: c\n',
    'charts/c/values.yaml': 'a: {b: 1, c: 3}\nd: 4\n',
    'more.yaml': 'e: 5\n',
  };

  it('get their values merged, their namespace, and keep the namespaces they print', () => {
    const requests: HelmInflationRequest[] = [];
    const { text } = buildKustomization({
      tree: new MemoryFileTree(files),
      path: '',
      inflateHelm: {
        render: (request) => {
          requests.push(request);
          return `${HEAD}---\n# nothing\n`;
        },
      },
    });
    expect(requests).toMatchObject([
      {
        chartPath: 'charts/c',
        chart: { name: 'c', namespace: 'ns' },
        values: [{ a: { b: 2, c: 3 } }, { e: 5 }],
      },
    ]);
    expect(requests[0]?.values[0]).not.toHaveProperty('d');
    expect(text).not.toContain('namespace:');
  });

  it('say what is missing', () => {
    const missing = new MemoryFileTree({ 'kustomization.yaml': 'helmCharts: [{name: x}]' });
    expect(() => buildKustomization({ tree: missing, path: '', inflateHelm: { render: () => '' } })).toThrow(
      /no repo specified for pull, no chart found at 'charts\/x'/,
    );
  });
});

describe('charts of repositories', () => {
  const tree = new MemoryFileTree({
    'kustomization.yaml':
      'helmCharts:\n- {name: c, repo: "https://charts.example", version: 1.0.0, valuesInline: {a: 2}, valuesMerge: merge}\n',
  });

  it('are fetched, and their own values are the defaults', () => {
    const requests: HelmInflationRequest[] = [];
    buildKustomization({
      tree,
      path: '',
      inflateHelm: {
        fetch: ({ name, repo, version }) => ({
          tree: new MemoryFileTree({ 'c/values.yaml': `a: 1\nfrom: ${name} ${version} ${repo}\n` }),
          path: 'c',
        }),
        render: (request) => {
          requests.push(request);
          return HEAD;
        },
      },
    });
    expect(requests).toMatchObject([
      { chartPath: 'c', values: [{ a: 1, from: 'c 1.0.0 https://charts.example' }] },
    ]);
  });

  it('are refused where nobody fetches', () => {
    expect(() => buildKustomization({ tree, path: '', inflateHelm: { render: () => '' } })).toThrow(
      /can't be fetched here; put it into 'charts\/c-1\.0\.0\/c'/,
    );
  });
});

describe('remote files', () => {
  it('are read by the one who may, and refused otherwise', () => {
    const tree = new MemoryFileTree({ 'kustomization.yaml': 'resources: [https://example.com/a.yaml]\n' });
    const { text } = buildKustomization({
      tree,
      path: '',
      readRemote: (url) => (url === 'https://example.com/a.yaml' ? Buffer.from(HEAD) : undefined),
    });
    expect(text).toContain('name: a');
    expect(() => buildKustomization({ tree, path: '' })).toThrow(/remote 'https:\/\/example.com\/a.yaml'/);
  });
  it('pass on what the reader throws', () => {
    const needed = new Error('fetch it first');
    for (const file of [
      'resources: [https://example.com/a.yaml]',
      'resources: [github.com/a/b]',
      'components: [github.com/a/b]',
    ]) {
      const tree = new MemoryFileTree({ 'kustomization.yaml': file });
      const ask = (): never => {
        throw needed;
      };
      expect(() => buildKustomization({ tree, path: '', readRemote: ask, resolveRemote: ask })).toThrow(
        needed,
      );
      const edits = { components: ['github.com/c/d'], ignoreMissingComponents: true };
      expect(() =>
        buildKustomization({
          tree,
          path: '',
          edits,
          resolveRemote: ask,
          readRemote: () => Buffer.from(HEAD),
        }),
      ).toThrow(needed);
    }
  });
});

describe('remote bases', () => {
  const files = {
    'kustomization.yaml': 'resources: ["https://example.com/org/repo//base?ref=v1"]\nnamePrefix: p-\n',
  };

  it('are built from the tree that the resolver gives', () => {
    const remote = new MemoryFileTree({
      'base/kustomization.yaml': 'resources: [a.yaml]',
      'base/a.yaml': HEAD,
    });
    const { text } = buildKustomization({
      tree: new MemoryFileTree(files),
      path: '',
      resolveRemote: (url) => (url.includes('?ref=v1') ? { tree: remote, path: 'base' } : undefined),
    });
    expect(text).toContain('name: p-a');
  });

  it('are refused without one, and cannot build themselves for ever', () => {
    expect(() => build(files)).toThrow(
      /remote 'https:\/\/example\.com\/org\/repo\/\/base\?ref=v1' is not available/,
    );
    const loop = new MemoryFileTree({ 'base/kustomization.yaml': 'resources: [https://example.com/loop]' });
    expect(() =>
      buildKustomization({
        tree: new MemoryFileTree(files),
        path: '',
        resolveRemote: () => ({ tree: loop, path: 'base' }),
      }),
    ).toThrow(/cycle detected/);
  });
});

describe('YAML within a text', () => {
  const replaced = (text: string, path: string): JsonValue => {
    const data = text
      .split('\n')
      .map((line) => (line === '' ? '' : `    ${line}`))
      .join('\n');
    const tree = new MemoryFileTree({
      'kustomization.yaml': `resources: [a.yaml]\nreplacements:\n- sourceValue: NEW\n  targets:\n  - select: {kind: ConfigMap}\n    fieldPaths: ['data.f.${path}']\n`,
      'a.yaml': `${HEAD}data:\n  f: |-\n${data}\n`,
    });
    return ((buildKustomization({ tree, path: '' }).objects[0]?.['data'] as { f: string } | undefined)?.f ??
      null) as JsonValue;
  };

  it('keeps quotes, brackets, comments and order, and sets lists back', () => {
    const text = `# top\n8: 'x'\na:\n    # head\n    b: OLD # line\n\n    list:\n        - "one"\n        - {c: [1, d]}\ny: 1.10\n# end`;
    expect(replaced(text, 'a.b')).toBe(
      `# top\n8: 'x'\na:\n  # head\n  b: NEW # line\n  list:\n  - "one"\n  - {c: [1, d]}\ny: 1.10\n\n# end`,
    );
  });

  it('prints JSON as JSON, in one line or many', () => {
    expect(replaced('{"x": "OLD", "a": "<b>"}', 'x')).toBe('{"a":"\\u003cb\\u003e","x":"NEW"}');
    expect(replaced('{\n  "x": "OLD"\n}', 'x')).toBe('{\n  "x": "NEW"\n}');
  });
});
