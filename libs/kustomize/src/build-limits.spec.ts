import { CodedError, MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { buildKustomization } from './build-kustomization.js';
import { build, CONFIG_MAP, DEPLOYMENT, objects } from './testing/web-and-settings.js';

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

const BOTH = 'resources: [web.yaml, settings.yaml]\n';

describe('errors', () => {
  it.each([
    ['resource: [a]', /unknown field "resource"; did you mean resources\?/],
    ['namePrefix: yes', /namePrefix is true, expected text/],
    ['resources: a', /resources is "a", expected a list/],
    ['', /is empty/],
    ['kind: Nonsense\nresources: [web.yaml]', /kind should be Kustomization or Component/],
    ['resources: [missing.yaml]', /missing\.yaml' does not exist/],
    ['resources: [web.yaml, web.yaml]', /already registered id: Deployment\.v1\.apps\/web/],
    ['resources: [https://example.com/x.yaml]', /remote/],
    ['helmCharts: [{name: a}]', /enable-helm/],
    ['resources: [web.yaml]\ntransformers: [t.yaml]', /only built-in plugins/],
  ])('refuses %j with a reason', (kustomization, message) => {
    const error = thrown(() =>
      objects(kustomization, { 't.yaml': 'apiVersion: example.com/v1\nkind: Exec\nmetadata: {name: x}\n' }),
    );
    expect(error).toBeInstanceOf(CodedError);
    expect(String(error)).toMatch(message);
  });

  it('names the file and line of a resource that cannot be read', () => {
    const error = thrown(() => objects('resources: [bad.yaml]', { 'bad.yaml': 'a: 1\nb: [\n' }));
    expect(error).toMatchObject({ place: { file: 'bad.yaml' } });
    expect(() => objects('resources: [bad.yaml]', { 'bad.yaml': 'kind: Pod\n' })).toThrow(
      /bad\.yaml: missing metadata\.name in a Pod/,
    );
  });
});

describe('hostile trees', () => {
  it.each([
    ['a path above the tree', { 'kustomization.yaml': 'resources: [../../etc/passwd]' }],
    ['an absolute path', { 'kustomization.yaml': 'resources: [/etc/passwd]' }],
    [
      'a link out of the tree',
      { 'kustomization.yaml': 'resources: [x.yaml]', 'x.yaml': '\0link:../../etc/passwd' },
    ],
    ['an absolute link', { 'kustomization.yaml': 'resources: [x.yaml]', 'x.yaml': '\0link:/etc/passwd' }],
    ['a link to itself', { 'kustomization.yaml': 'resources: [x.yaml]', 'x.yaml': '\0link:x.yaml' }],
    ['a generator file above', { 'kustomization.yaml': 'configMapGenerator: [{name: a, files: [../x]}]' }],
    ['itself as a base', { 'kustomization.yaml': 'resources: [.]' }],
  ])('refuses %s', (_name, files) => {
    expect(thrown(() => build(files))).toBeInstanceOf(CodedError);
  });

  it('reads only below the folder of a kustomization unless restrictions are lifted', () => {
    const files = { 'a/kustomization.yaml': 'resources: [../settings.yaml]', 'settings.yaml': CONFIG_MAP };
    expect(() => build(files, { path: 'a' })).toThrow(
      /security; file 'settings\.yaml' is not in or below 'a'/,
    );
    expect(build(files, { path: 'a', loadRestrictions: 'none' })).toContain('ConfigMap');
  });

  it('follows links that stay in the tree', () => {
    expect(
      build({
        'kustomization.yaml': 'resources: [x.yaml]',
        'x.yaml': '\0link:y/z.yaml',
        'y/z.yaml': CONFIG_MAP,
      }),
    ).toContain('ConfigMap');
  });

  it('refuses a cycle of bases and a chain of a thousand', () => {
    const cycle = {
      'a/kustomization.yaml': 'resources: [../b]',
      'b/kustomization.yaml': 'resources: [../a]',
    };
    expect(() => build(cycle, { path: 'a' })).toThrow(/cycle detected/);
    const chain = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`${i}/kustomization.yaml`, `resources: [../${i + 1}]`]),
    );
    expect(() => build(chain, { path: '0' })).toThrow(/nested deeper than 100 levels/);
  });

  it('refuses bases that double again and again', () => {
    const files: Record<string, string> = { '0/kustomization.yaml': 'configMapGenerator: [{name: a}]' };
    for (let i = 1; i <= 30; i++)
      for (const half of ['', 'x'])
        files[`${i}${half}/kustomization.yaml`] =
          `namePrefix: p${half}\nresources: [../${i - 1}${i > 1 ? 'x' : ''}, ../${i - 1}]`;
    expect(thrown(() => build(files, { path: '30', limits: { maxKustomizations: 200 } }))).toBeInstanceOf(
      CodedError,
    );
  });

  it('refuses a file beyond the limit', () => {
    expect(() =>
      build(
        { 'kustomization.yaml': 'configMapGenerator: [{name: a, files: [x]}]', x: 'y'.repeat(200) },
        { limits: { maxFileBytes: 100 } },
      ),
    ).toThrow(/more than the limit of 100/);
  });

  it('refuses large files that are named again and again', () => {
    const files = { x: 'y'.repeat(1000) };
    const generators = Array.from({ length: 20 }, (_, i) => `{name: a${i}, files: [x]}`).join(', ');
    expect(() =>
      build(
        { 'kustomization.yaml': `configMapGenerator: [${generators}]`, ...files },
        { limits: { maxReadBytes: 10_000 } },
      ),
    ).toThrow(/more than 10000 bytes are read, the last file is 'x'/);
  });

  it('refuses a result beyond the limit', () => {
    const files = {
      'kustomization.yaml': `${BOTH}commonLabels: {a: ${'b'.repeat(60)}}\n`,
      'web.yaml': DEPLOYMENT,
      'settings.yaml': CONFIG_MAP,
    };
    expect(() => build(files, { limits: { maxOutputLength: 300 } })).toThrow(
      /longer than 300 characters at Deployment web/,
    );
  });

  it.each([
    [
      'a map into itself',
      '{kind: ConfigMap, fieldPath: data}',
      '{select: {kind: ConfigMap}, fieldPaths: [data.copy, data.other], options: {create: true}}',
    ],
    [
      'a text behind itself',
      '{kind: ConfigMap, fieldPath: data.a}',
      '{select: {kind: ConfigMap}, fieldPaths: [data.a], options: {delimiter: "|", index: 1000000}}',
    ],
    [
      'a text into the JSON it is',
      '{kind: ConfigMap, fieldPath: data.json}',
      '{select: {kind: ConfigMap}, fieldPaths: [data.json.x]}',
    ],
  ])('refuses replacements that copy %s and so double it forty times', (_what, source, target) => {
    const entry = `- {source: ${source}, targets: [${target}]}\n`;
    const text = `resources: [c.yaml]\nreplacements:\n${entry.repeat(40)}`;
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b, json: '{"x": "\\""}'}\n`;
    expect(() => objects(text, { 'c.yaml': map })).toThrow(
      /replacements write more than|nested deeper|too large|longer than/,
    );
  });

  it('refuses aliases that grow to a thousand million values', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 10; i++)
      lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`);
    const bomb = `apiVersion: v1\nkind: X\nmetadata: {name: x}\n${lines.join('\n')}\n`;
    expect(() => objects('resources: [x.yaml]', { 'x.yaml': bomb })).toThrow(/aliases expand to more than/);
  });

  it.each([
    'configMapGenerator: [{name: a, files: [../../../etc/passwd]}]',
    'configMapGenerator: [{name: a, envs: [/etc/passwd]}]',
    'configMapGenerator: [{name: a, files: [link]}]',
    'resources: [link]',
    'resources: [above/passwd]',
    'resources: [circle]',
    'patches: [{path: ../../x.yaml}]\nresources: [web.yaml]',
    'openapi: {path: /etc/x.json}\nresources: [web.yaml]',
    'crds: [../../x.json]\nresources: [web.yaml]',
    'configurations: [link]\nresources: [web.yaml]',
    'replacements: [{path: ../../x.yaml}]\nresources: [web.yaml]',
    'components: [../..]\nresources: [web.yaml]',
    'transformers: [/etc]\nresources: [web.yaml]',
  ])('never leaves the tree: %s', (kustomization) => {
    const files = {
      link: '\0link:/etc/passwd',
      above: '\0link:../../../etc',
      circle: '\0link:circle',
      'web.yaml': DEPLOYMENT,
      'kustomization.yaml': kustomization,
    };
    for (const loadRestrictions of ['root-only', 'none'] as const) {
      const error = thrown(() => build(files, { loadRestrictions }));
      expect(error).toBeInstanceOf(CodedError);
      expect((error as CodedError).code).toMatch(/^kustomize\//);
    }
  });

  it('keeps keys that name prototypes as data', () => {
    const evil =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {__proto__: x, constructor: y}\n';
    const patch =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n__proto__: {polluted: yes}\ndata: {__proto__: z}\n';
    const text = build({
      'kustomization.yaml': 'resources: [x.yaml]\npatches: [{path: p.yaml}]\ncommonLabels: {__proto__: a}\n',
      'x.yaml': evil,
      'p.yaml': patch,
    });
    expect(text).toContain('  __proto__: z\n  constructor: "y"\n');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('matches patterns in linear time', () => {
    const start = performance.now();
    objects(
      `resources: [web.yaml]\npatches:\n- patch: '[{"op": "add", "path": "/x", "value": 1}]'\n  target: {name: '(w+)+${'w'.repeat(30)}!'}\n`,
    );
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('properties', () => {
  it('gives the same result twice and leaves the tree alone', () => {
    const files = {
      'kustomization.yaml': `${BOTH}namePrefix: p-\ncommonLabels: {x: z}\n`,
      'web.yaml': DEPLOYMENT,
      'settings.yaml': CONFIG_MAP,
    };
    const tree = new MemoryFileTree(files);
    const first = buildKustomization({ tree, path: '' }).text;
    expect(buildKustomization({ tree, path: '' }).text).toBe(first);
  });

  it('gives the hash of the content, whatever the order of its literals', () => {
    const name = (literals: string): string =>
      Object.keys(objects(`configMapGenerator: [{name: a, literals: [${literals}]}]`))[0] ?? '';
    expect(name('a=1, b=2')).toBe(name('b=2, a=1'));
    expect(name('a=1')).not.toBe(name('a=2'));
  });
});
