import { emitYaml, MemoryFileTree, type JsonValue } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { buildKustomization } from './build-kustomization.js';
import { build, CONFIG_MAP, DEPLOYMENT, objects } from './testing/web-and-settings.js';

const BOTH = 'resources: [web.yaml, settings.yaml]\n';

describe('buildKustomization', () => {
  it('prints resources in the order of the command line, keys sorted', () => {
    expect(build({ 'kustomization.yaml': BOTH, 'web.yaml': DEPLOYMENT, 'settings.yaml': CONFIG_MAP })).toBe(
      `apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: settings\n---\n${emitYaml(
        (objects(BOTH)['Deployment/web'] ?? null) as JsonValue,
      )}`,
    );
  });

  it('keeps the order of the files when told so', () => {
    const files = {
      'kustomization.yaml': `${BOTH}sortOptions: {order: fifo}\n`,
      'web.yaml': DEPLOYMENT,
      'settings.yaml': CONFIG_MAP,
    };
    expect(build(files).startsWith('apiVersion: apps/v1')).toBe(true);
  });

  it('prefixes and suffixes names and follows references', () => {
    const built = objects(`${BOTH}namePrefix: p-\nnameSuffix: -s\n`);
    expect(Object.keys(built)).toEqual(['ConfigMap/p-settings-s', 'Deployment/p-web-s']);
    expect(JSON.stringify(built['Deployment/p-web-s'])).toContain('"configMapRef":{"name":"p-settings-s"}');
  });

  it('leaves the names of namespaces and custom resource definitions alone', () => {
    const crd =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x.y.z}\n';
    const namespace = '---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n';
    expect(
      Object.keys(objects('resources: [x.yaml]\nnamePrefix: p-\n', { 'x.yaml': crd + namespace })),
    ).toEqual(['Namespace/n', 'CustomResourceDefinition/x.y.z']);
  });

  it('puts namespaced resources into the namespace, and service accounts named default in bindings', () => {
    const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r}
subjects:
- {kind: ServiceAccount, name: default, namespace: old}
- {kind: ServiceAccount, name: other, namespace: old}
`;
    const built = objects(`resources: [web.yaml, b.yaml]\nnamespace: new\n`, { 'b.yaml': binding });
    expect(built['Deployment/web']).toMatchObject({ metadata: { namespace: 'new' } });
    expect(built['ClusterRoleBinding/b']).not.toHaveProperty('metadata.namespace');
    expect(built['ClusterRoleBinding/b']).toMatchObject({
      subjects: [{ namespace: 'new' }, { namespace: 'old' }],
    });
  });

  it('adds labels to metadata only, to templates, or to selectors as well', () => {
    const label = (options: string): string =>
      JSON.stringify(
        objects(`resources: [web.yaml]\nlabels:\n- pairs: {x: z}\n${options}`)['Deployment/web'],
      );
    const count = (text: string): number => text.split('"x":"z"').length - 1;
    expect(count(label(''))).toBe(1);
    expect(count(label('  includeTemplates: true\n'))).toBe(2);
    expect(count(label('  includeSelectors: true\n'))).toBe(3);
    expect(count(JSON.stringify(objects('resources: [web.yaml]\ncommonLabels: {x: z}\n')))).toBe(3);
    expect(count(JSON.stringify(objects('resources: [web.yaml]\ncommonAnnotations: {x: z}\n')))).toBe(2);
  });

  it.each([
    ['newTag: "2"', 'nginx:2'],
    ['newName: other', 'other:1.0'],
    ['newName: reg:5000/other, newTag: v1', 'reg:5000/other:v1'],
    ['digest: sha256:abc', 'nginx@sha256:abc'],
    ['newTag: "2", digest: sha256:abc', 'nginx:2@sha256:abc'],
    // The original changes images of containers twice, which shows here only.
    ['tagSuffix: -x', 'nginx:1.0-x-x'],
  ])('changes images by {name: nginx, %s}', (change, image) => {
    const built = objects(`resources: [web.yaml]\nimages:\n- {name: nginx, ${change}}\n`)['Deployment/web'];
    expect(JSON.stringify(built)).toContain(`"image":"${image}"`);
  });

  it('sets replicas and says which names there are when none matches', () => {
    expect(
      objects('resources: [web.yaml]\nreplicas: [{name: web, count: 3}]\n')['Deployment/web'],
    ).toMatchObject({ spec: { replicas: 3 } });
    expect(() => objects('resources: [web.yaml]\nreplicas: [{name: wed, count: 3}]\n')).toThrow(
      /name wed does not match.*there is web/,
    );
  });
});

describe('patches', () => {
  const patched = (patch: string, target = ''): string =>
    JSON.stringify(
      objects(`resources: [web.yaml]\npatches:\n- path: p.yaml\n${target}`, { 'p.yaml': patch }),
    );
  const head = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n';
  const containers = (list: string): string => `${head}spec: {template: {spec: {containers: ${list}}}}\n`;

  it('merges lists by key, patched entries first, and unknown lists as a whole', () => {
    const text = patched(containers('[{name: side, image: b2}, {name: new, image: n}]'));
    expect([...text.matchAll(/"name":"(side|new|web)"[^[]*?/g)].length).toBeGreaterThan(2);
    const built = JSON.parse(text) as Record<
      string,
      { spec: { template: { spec: { containers: { name: string; image: string }[] } } } }
    >;
    expect(
      built['Deployment/web']?.spec.template.spec.containers.map(({ name, image }) => `${name} ${image}`),
    ).toEqual(['side b2', 'new n', 'web nginx:1.0']);
  });

  it('deletes entries, fields and whole resources', () => {
    expect(patched(containers('[{name: side, $patch: delete}]'))).not.toContain('busybox');
    expect(patched(`${head}spec: {selector: null}\n`)).not.toContain('matchLabels');
    expect(patched(`${head}$patch: delete\n`)).toBe('{}');
  });

  it('replaces a map by $patch', () => {
    expect(patched(`${head}spec: {$patch: replace, paused: true}\n`)).toContain('"spec":{"paused":true}');
  });

  it('applies JSON patches to all targets, also for annotations that are not there yet', () => {
    const add = '- {op: add, path: /metadata/annotations/x, value: z}\n';
    expect(patched(add, '  target: {kind: Deploy.*}\n')).toContain('"annotations":{"x":"z"}');
    expect(patched(add, '  target: {kind: Deploy}\n')).not.toContain('annotations');
  });

  it('gives every target of a JSON patch a value of its own', () => {
    const other = DEPLOYMENT.replaceAll('web', 'other');
    const patch = '[{"op": "replace", "path": "/spec", "value": {"a": "b"}}]';
    const base = {
      'base/kustomization.yaml': `resources: [w.yaml]\npatches: [{patch: '${patch}', target: {kind: Deployment}}]\n`,
    };
    const built = objects('resources: [base]\nreplicas: [{name: web, count: 7}]\n', {
      ...base,
      'base/w.yaml': `${DEPLOYMENT}---\n${other}`,
    });
    expect(built).toMatchObject({
      'Deployment/web': { spec: { replicas: 7 } },
      'Deployment/other': { spec: { a: 'b' } },
    });
    expect(built['Deployment/other']).not.toHaveProperty('spec.replicas');
  });

  it('selects targets by labels, annotations and names', () => {
    const add = '- {op: add, path: /spec/paused, value: true}\n';
    const labels = { 'web.yaml': DEPLOYMENT.replace('name: web\n', 'name: web\n  labels: {tier: a}\n') };
    const run = (selector: string): boolean =>
      JSON.stringify(
        objects(`resources: [web.yaml]\npatches:\n- path: p.yaml\n  target: {${selector}}\n`, {
          ...labels,
          'p.yaml': add,
        }),
      ).includes('paused');
    expect(run('labelSelector: "tier=a"')).toBe(true);
    expect(run('labelSelector: "tier in (a,b),!x"')).toBe(true);
    expect(run('labelSelector: "tier!=a"')).toBe(false);
    expect(run('annotationSelector: tier')).toBe(false);
    expect(run('name: w.b')).toBe(true);
    expect(run('name: w')).toBe(false);
  });

  it('counts directives within a replaced map once', () => {
    const text = patched(`${head}spec: {$patch: replace, template: {spec: {$patch: merge, nodeName: n}}}\n`);
    expect(text).toContain('"spec":{"template":{"spec":{"nodeName":"n"}}}');
  });

  it('reads a selector when the first resource comes to it', () => {
    const replace = (kind: string): string =>
      JSON.stringify(
        objects(
          `resources: [web.yaml]\npatches: [{target: {kind: ${kind}, labelSelector: "bad selector"}, patch: '[{"op": "add", "path": "/x", "value": 1}]'}]\n`,
        ),
      );
    expect(replace('Service')).not.toContain('"x"');
    expect(() => replace('Deployment')).toThrow(/bad selector/);
  });

  it('keeps name and kind unless the options let them change', () => {
    const rename = 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: other}\n';
    expect(Object.keys(JSON.parse(patched(rename, '  target: {name: web}\n')) as object)).toEqual([
      'Deployment/web',
    ]);
    const options = '  target: {name: web}\n  options: {allowNameChange: true, allowKindChange: true}\n';
    expect(Object.keys(JSON.parse(patched(rename, options)) as object)).toEqual(['StatefulSet/other']);
  });

  it('names the closest resource when the target is missing', () => {
    expect(() => patched('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: wed}\n')).toThrow(
      /no matches for Id Deployment\.v1\.apps\/wed.*there is Deployment\.v1\.apps\/web/,
    );
  });

  it('refuses a patch of the wrong shape with its path', () => {
    expect(() => patched(`${head}spec: {selector: [a]}\n`)).toThrow(
      /spec\.selector.*expected MappingNode but got SequenceNode/,
    );
  });
});

describe('generators', () => {
  it('names config maps and secrets by the hash of their content', () => {
    const built = objects(
      'configMapGenerator:\n- {name: a, literals: [k=v]}\nsecretGenerator:\n- {name: b, literals: ["k=\'v\'"]}\n',
    );
    expect(Object.keys(built)).toEqual(
      ['ConfigMap/a-2dmdmmh2f4', 'Secret/b-75tm2ddk2g'].map(
        (name) =>
          expect.stringMatching(
            new RegExp(`^${name.split('-')[0] ?? ''}-[a-z0-9]{10}$`),
          ) as unknown as string,
      ),
    );
    expect(built[Object.keys(built)[1] ?? '']).toMatchObject({ type: 'Opaque', data: { k: 'dg==' } });
  });

  it('reads files, env files and binary data', () => {
    const tree = new MemoryFileTree({
      'kustomization.yaml':
        'configMapGenerator:\n- {name: a, files: [x.txt, y=z.bin], envs: [e.env], options: {disableNameSuffixHash: true, immutable: true}}\n',
      'x.txt': 'text\n',
      'z.bin': Uint8Array.of(0xff, 0xfe),
      'e.env': '# c\nA=1\n  B=2=3\nC\n',
    });
    expect(buildKustomization({ tree, path: '' }).objects).toMatchObject([
      {
        metadata: { name: 'a' },
        immutable: true,
        data: { 'x.txt': 'text\n', A: '1', B: '2=3', C: '' },
        binaryData: { y: '//4=' },
      },
    ]);
  });

  it('merges into and replaces what a base generates', () => {
    const over = (behavior: string): Record<string, JsonValue> =>
      objects(
        `resources: [base]\nconfigMapGenerator:\n- {name: a, behavior: ${behavior}, literals: [y=2]}\n`,
        {
          'base/kustomization.yaml': 'configMapGenerator:\n- {name: a, literals: [x=1]}\n',
        },
      );
    expect(Object.values(over('merge'))).toMatchObject([{ data: { x: '1', y: '2' } }]);
    expect(Object.values(over('replace'))).toEqual([expect.objectContaining({ data: { y: '2' } })]);
    expect(() => over('create')).toThrow(/exists; its generator's behavior must be merge or replace/);
  });

  it('gives references the hashed name', () => {
    const built = objects(
      'resources: [web.yaml]\nconfigMapGenerator:\n- {name: settings, literals: [a=b]}\n',
    );
    const name = Object.keys(built)[0]?.split('/')[1] ?? '';
    expect(name).toMatch(/^settings-[a-z0-9]{10}$/);
    expect(JSON.stringify(built['Deployment/web'])).toContain(`"name":"${name}"`);
  });

  it.each([
    ['literals: [nope]', /invalid literal source nope/],
    ['files: [a=b=c]', /contains '='/],
    ['files: [missing.txt]', /missing\.txt' does not exist/],
    ['literals: [a=1, a=2]', /repeats the key `a`/],
  ])('refuses {%s}', (source, message) => {
    expect(() => objects(`configMapGenerator:\n- {name: a, ${source}}\n`)).toThrow(message);
  });
});

describe('replacements and vars', () => {
  const replace = (target: string, source = 'kind: ConfigMap, name: settings, fieldPath: data.a'): string =>
    JSON.stringify(
      objects(
        `${BOTH}replacements:\n- source: {${source}}\n  targets:\n  - select: {kind: Deployment}\n    ${target}\n`,
      ),
    );

  it.each([
    ['fieldPaths: [spec.template.spec.containers.0.image]', '"image":"b"'],
    ['fieldPaths: ["spec.template.spec.containers.[name=side].image"]', '"image":"b","name":"side"'],
    ['fieldPaths: [metadata.annotations.x]\n    options: {create: true}', '"annotations":{"x":"b"}'],
    [
      'fieldPaths: [spec.template.spec.containers.0.image]\n    options: {delimiter: ":", index: 1}',
      '"image":"nginx:b"',
    ],
    [
      'fieldPaths: [spec.template.spec.containers.0.image]\n    options: {delimiter: ":", index: -1}',
      '"image":"b:nginx:1.0"',
    ],
    [
      'fieldPaths: [spec.template.spec.containers.0.image]\n    options: {delimiter: ":", index: 9}',
      '"image":"nginx:1.0:b"',
    ],
  ])('writes %s', (target, expected) => {
    const sorted = replace(target).replace('"name":"side","image":"b"', '"image":"b","name":"side"');
    expect(sorted).toContain(expected);
  });

  it('says what is missing', () => {
    expect(() => replace('fieldPaths: [spec.nope]')).toThrow(
      /unable to find field "spec\.nope" in replacement target Deployment/,
    );
    expect(() => replace('fieldPaths: [spec.x]', 'kind: ConfigMap, name: setting')).toThrow(
      /nothing selected by ConfigMap.*there is ConfigMap.*settings/,
    );
    expect(() => replace('fieldPaths: [spec.x]', 'kind: ConfigMap, fieldPath: data.z')).toThrow(
      /fieldPath `data\.z` is missing/,
    );
  });

  it('expands vars by their type and warns of those without use', () => {
    const vars =
      'vars:\n- {name: A, objref: {kind: ConfigMap, name: settings, apiVersion: v1}, fieldref: {fieldpath: data.a}}\n- {name: B, objref: {kind: ConfigMap, name: settings, apiVersion: v1}}\n';
    const web = DEPLOYMENT.replace(
      'image: nginx:1.0',
      () => 'image: nginx\n        args: ["--x=$(A)", "$$(A)", "$(C)"]',
    );
    const tree = new MemoryFileTree({
      'kustomization.yaml': BOTH + vars,
      'web.yaml': web,
      'settings.yaml': CONFIG_MAP,
    });
    const result = buildKustomization({ tree, path: '' });
    expect(JSON.stringify(result.objects)).toContain('"args":["--x=b","$(A)","$(C)"]');
    expect(result.warnings).toEqual([
      expect.stringContaining("'vars' is deprecated"),
      'well-defined vars that were never replaced: B',
    ]);
  });
});

describe('edits', () => {
  it('are applied as kustomize edit writes them', () => {
    const tree = new MemoryFileTree({
      'kustomization.yaml': `${BOTH}images: [{name: nginx, newTag: "9"}]\n`,
      'web.yaml': DEPLOYMENT,
      'settings.yaml': CONFIG_MAP,
    });
    const { text } = buildKustomization({
      tree,
      path: '',
      edits: {
        namePrefix: 'e-',
        namespace: 'ns',
        images: ['nginx=other:2', 'busybox:3'],
        replicas: [{ name: 'web', count: '4' }],
        commonLabels: { l: '1' },
        labelWithoutSelector: true,
        commonAnnotations: { n: '1' },
        components: ['missing'],
        ignoreMissingComponents: true,
        patches: [
          { patch: '[{"op": "add", "path": "/spec/paused", "value": true}]', target: { kind: 'Deployment' } },
        ],
      },
    });
    for (const part of [
      'name: e-web',
      'namespace: ns',
      'image: other:2',
      'image: busybox:3',
      'replicas: 4',
      'l: "1"',
      '"n": "1"',
      'paused: true',
    ])
      expect(text).toContain(part);
  });

  it('refuse labels that are there unless forced', () => {
    const tree = new MemoryFileTree({
      'kustomization.yaml': `${BOTH}commonLabels: {a: b}\n`,
      'web.yaml': DEPLOYMENT,
      'settings.yaml': CONFIG_MAP,
    });
    expect(() => buildKustomization({ tree, path: '', edits: { commonLabels: { a: 'c' } } })).toThrow(
      /label a already in kustomization file/,
    );
    expect(
      buildKustomization({ tree, path: '', edits: { commonLabels: { a: 'c' }, forceCommonLabels: true } })
        .text,
    ).toContain('a: c');
  });
});
