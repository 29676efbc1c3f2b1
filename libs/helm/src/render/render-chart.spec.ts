import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import type { HelmError } from '../chart/chart-error.js';
import { type HelmRenderRequest, type HelmRenderResult, renderChart } from './render-chart.js';

type Files = Record<string, string>;

function chartFile(name: string, more = ''): string {
  return `apiVersion: v2\nname: ${name}\nversion: 1.2.3\n${more}`;
}

function render(files: Files, request: Partial<HelmRenderRequest> = {}): HelmRenderResult {
  const tree = new MemoryFileTree({ 'Chart.yaml': chartFile('web'), ...files });
  return renderChart({ tree, path: '', releaseName: 'rel', namespace: 'ns', ...request });
}

function failure(files: Files, request: Partial<HelmRenderRequest> = {}): HelmError {
  try {
    render(files, request);
  } catch (error) {
    return error as HelmError;
  }
  throw new Error('expected the render to fail');
}

/** What a template prints of the values at hand. */
function printed(files: Files, request: Partial<HelmRenderRequest> = {}): string {
  return render(
    { ...files, 'templates/NOTES.txt': files['templates/NOTES.txt'] ?? '{{ .Values | toJson }}' },
    request,
  ).notes;
}

const SHOW = 'shown: {{ .Values | toJson }}\n';

describe('values', () => {
  it('take precedence by kind, whatever order they come in', () => {
    const values = printed(
      { 'values.yaml': 'a: default\nb: default\nc: default\nd: default\ne: default\nf: default\ng: default' },
      {
        values: [
          { kind: 'set-literal', expression: 'g=literal' },
          { kind: 'set-file', key: 'f', content: 'file' },
          { kind: 'set-string', expression: 'e=string,f=string' },
          { kind: 'set', expression: 'd=set,e=set' },
          { kind: 'set-json', expression: 'c="json",d="json"' },
          { kind: 'file', name: 'one', text: 'b: one\nc: one' },
          { kind: 'object', name: 'two', value: { b: 'two' } },
        ],
      },
    );
    expect(JSON.parse(values)).toEqual({
      a: 'default',
      b: 'two',
      c: 'json',
      d: 'set',
      e: 'string',
      f: 'file',
      g: 'literal',
    });
  });

  it('merge maps, replace lists, and remove what is set to null', () => {
    const files = { 'values.yaml': 'm: {a: 1, b: 2, gone: 3}\nl: [1, 2]\nx: {deep: {k: 1}}' };
    const values = printed(files, {
      values: [{ kind: 'file', name: 'v', text: 'm: {b: 5, gone: null}\nl: [9]\nx: null\nnew: null' }],
    });
    expect(JSON.parse(values)).toEqual({ m: { a: 1, b: 5 }, l: [9], new: null });
  });

  it('drop nulls of the defaults in Helm 4 and keep them in Helm 3', () => {
    const files = { 'values.yaml': 'a: null\nm: {b: null, c: 1}' };
    expect(printed(files)).toBe('{"m":{"c":1}}');
    expect(printed(files, { helmCompat: 3 })).toBe('{"a":null,"m":{"b":null,"c":1}}');
  });

  it('come from several documents of one file', () => {
    expect(printed({ 'values.yaml': 'a: 1\nm: {x: 1}\n---\nm: {z: 2}\n' })).toBe('{"a":1,"m":{"x":1,"z":2}}');
  });

  it('never touch prototypes', () => {
    const files = { 'values.yaml': '__proto__: {polluted: 1}\nconstructor: {x: 1}' };
    expect(
      printed({
        ...files,
        'templates/NOTES.txt':
          '{{ index .Values "__proto__" "polluted" }}{{ .Values.constructor.x }}{{ .Values.toString }}',
      }),
    ).toBe('11');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('name the file that cannot be read', () => {
    const error = failure({}, { values: [{ kind: 'file', name: 'prod.yaml', text: 'a: b: c' }] });
    expect(error.code).toBe('helm/values-invalid');
    expect(error.message).toMatch(/^failed to parse prod\.yaml: cannot unmarshal yaml document/);
  });
});

describe('subcharts', () => {
  const sub = (name: string, values: string, template = SHOW): Files => ({
    [`charts/${name}/Chart.yaml`]: chartFile(name),
    [`charts/${name}/values.yaml`]: values,
    [`charts/${name}/templates/a.yaml`]: template,
  });
  const needs = (...lines: string[]): Files => ({
    'Chart.yaml': chartFile('web', `dependencies:\n${lines.map((line) => `  - {${line}}`).join('\n')}\n`),
  });
  const sources = (files: Files, request: Partial<HelmRenderRequest> = {}): string[] =>
    render(files, request).manifests.map((manifest) => manifest.source);

  it('see their own part of the values over their defaults, and globals from above', () => {
    const result = render({
      ...sub('db', 'a: sub\nb: sub\nglobal: {g: sub, h: sub}'),
      'values.yaml': 'db: {b: parent}\nglobal: {g: top}',
    });
    expect(JSON.parse(result.manifests[0]?.text.replace(/^.*shown: /s, '') ?? '')).toEqual({
      a: 'sub',
      b: 'parent',
      global: { g: 'top', h: 'sub' },
    });
  });

  it('are left out by conditions, which count before tags', () => {
    const files = {
      ...sub('db', ''),
      ...needs('name: db, version: 1.x.x, repository: "", condition: "db.on,other.on", tags: [back]'),
    };
    expect(sources(files)).toHaveLength(1);
    expect(sources(files, { values: [{ kind: 'set', expression: 'db.on=false' }] })).toEqual([]);
    expect(sources(files, { values: [{ kind: 'set', expression: 'tags.back=false' }] })).toEqual([]);
    expect(
      sources(files, { values: [{ kind: 'set', expression: 'tags.back=false,other.on=true' }] }),
    ).toHaveLength(1);
  });

  it('are renamed by aliases, several times if asked', () => {
    const files = {
      ...sub('db', 'x: 1', 'name: {{ .Chart.Name }}-{{ .Values.x }}\n'),
      ...needs(
        'name: db, version: 1.2.3, repository: "", alias: one',
        'name: db, version: 1.2.3, repository: "", alias: two',
      ),
      'values.yaml': 'two: {x: 5}',
    };
    const result = render(files);
    expect(result.manifests.map(({ source, text }) => [source, text.trim()])).toEqual([
      ['web/charts/one/templates/a.yaml', 'name: one-1'],
      ['web/charts/two/templates/a.yaml', 'name: two-5'],
    ]);
  });

  it('hand values up when they are imported', () => {
    const files = {
      ...sub('db', 'exports: {conn: {port: 5432}}\nauth: {user: u, pass: p}'),
      ...needs(
        'name: db, version: ~1.2, repository: "", import-values: [conn, {child: auth, parent: login}]',
      ),
      'values.yaml': 'login: {user: mine}',
    };
    expect(JSON.parse(printed(files))).toMatchObject({ port: 5432, login: { user: 'mine', pass: 'p' } });
  });

  it('let the shallower definition of a template win', () => {
    const files = {
      ...sub('db', '', 'x: {{ include "name" . }}\n'),
      'charts/db/templates/_helpers.tpl': '{{ define "name" }}sub{{ end }}',
      'templates/_helpers.tpl': '{{ define "name" }}top{{ end }}',
    };
    expect(render(files).text).toContain('x: top');
  });

  it('give their own part through .Subcharts', () => {
    expect(
      printed({
        ...sub('db', 'a: 7'),
        'templates/NOTES.txt': '{{ .Subcharts.db.Values.a }}{{ .Subcharts.db.Chart.Name }}',
      }),
    ).toBe('7db');
  });

  it('must be there when they are named', () => {
    const error = failure(needs('name: db, version: 1.x.x, repository: "https://example.com"'));
    expect(error.code).toBe('helm/dependency-missing');
    expect(error.message).toContain('found in Chart.yaml, but missing in charts/ directory: db');
  });

  it('are found beside the chart by file://', () => {
    const tree = new MemoryFileTree({
      'app/Chart.yaml': chartFile(
        'web',
        'dependencies: [{name: db, version: 1.x.x, repository: "file://../db"}]',
      ),
      'db/Chart.yaml': chartFile('db'),
      'db/templates/a.yaml': 'x: 1',
    });
    const result = renderChart({ tree, path: 'app', releaseName: 'rel', namespace: 'ns' });
    expect(result.manifests.map((manifest) => manifest.source)).toEqual(['web/charts/db/templates/a.yaml']);
  });

  it('refuse values that are no map', () => {
    expect(failure({ ...sub('db', ''), 'values.yaml': 'db: text' }).message).toContain('type mismatch on db');
  });

  it('of the library type give only definitions', () => {
    const files = {
      'charts/lib/Chart.yaml': chartFile('lib', 'type: library\n'),
      'charts/lib/templates/_l.tpl': '{{ define "l" }}from library{{ end }}',
      'charts/lib/templates/never.yaml': 'x: {{ fail "rendered" }}',
      'templates/a.yaml': 'x: {{ include "l" . }}',
    };
    expect(render(files).text).toContain('x: from library');
  });

  it('of version 1 charts are named by requirements.yaml', () => {
    const files = {
      ...sub('db', ''),
      'Chart.yaml': 'apiVersion: v1\nname: web\nversion: 1.0.0\n',
      'requirements.yaml': 'dependencies: [{name: db, version: 1.x.x, repository: "", condition: db.on}]',
    };
    expect(sources(files, { values: [{ kind: 'set', expression: 'db.on=false' }] })).toEqual([]);
  });
});

describe('the output', () => {
  it('holds CRDs, then documents in install order, then hooks', () => {
    const files = {
      'crds/a.yaml': 'kind: CustomResourceDefinition\n',
      'templates/b.yaml': 'kind: Deployment\n---\nkind: Service\n---\nkind: Zebra\n---\nkind: Apple\n',
      'templates/a.yaml': 'kind: ConfigMap\n---\nkind: Namespace\n',
      'templates/hook.yaml':
        'kind: Job\nmetadata: {annotations: {helm.sh/hook: "pre-install,post-upgrade"}}\n',
      'templates/_partial.yaml': 'kind: Never\n',
      'templates/empty.yaml': '{{ if false }}x{{ end }}\n# only a comment\n',
      'templates/blank.yaml': '\n   \n',
    };
    const result = render(files, { includeCrds: true });
    expect([...result.text.matchAll(/^kind: (\w+)/gm)].map((match) => match[1])).toEqual([
      'CustomResourceDefinition',
      'Namespace',
      'ConfigMap',
      'Service',
      'Deployment',
      'Apple',
      'Zebra',
      'Job',
    ]);
    expect(result.manifests.at(-1)).toMatchObject({ source: 'web/templates/hook.yaml', isHook: true });
    expect(render(files).text).not.toContain('CustomResourceDefinition');
    expect(render(files, { noHooks: true }).text).not.toContain('kind: Job');
  });

  it('leaves out tests when asked, and hooks of unknown events always', () => {
    const hook = (event: string): string =>
      `kind: Pod\nmetadata:\n  name: ${event}\n  annotations: {helm.sh/hook: ${event}}\n`;
    const files = {
      'templates/a.yaml': hook('test'),
      'templates/b.yaml': hook('test-success'),
      'templates/c.yaml': hook('crd-install'),
    };
    expect(render(files).manifests).toHaveLength(2);
    expect(render(files, { skipTests: true }).manifests).toHaveLength(0);
  });

  it('puts webhooks where the imitated Helm puts them', () => {
    const files = { 'templates/a.yaml': 'kind: ValidatingWebhookConfiguration\n---\nkind: Apple\n' };
    expect(render(files).manifests.map(({ text }) => text.trim())).toEqual([
      'kind: ValidatingWebhookConfiguration',
      'kind: Apple',
    ]);
    expect(render(files, { helmCompat: 3 }).manifests.map(({ text }) => text)).toEqual([
      'kind: Apple',
      'kind: ValidatingWebhookConfiguration',
    ]);
  });

  it('is what helm template prints', () => {
    const files = {
      'templates/a.yaml': 'kind: A\n\n\n---\nkind: B\n',
      'templates/NOTES.txt': 'Hello {{ .Release.Name }}',
    };
    const result = render(files);
    expect(result.text).toBe(
      '---\n# Source: web/templates/a.yaml\nkind: A\n\n---\n# Source: web/templates/a.yaml\nkind: B\n'.replace(
        'kind: A\n\n---',
        'kind: A\n\n\n\n---',
      ),
    );
    expect(result.notes).toBe('Hello rel');
  });

  it('lets the later of two equal keys count in objects', () => {
    const files = {
      'templates/a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {x: 1, x: 2}\n',
    };
    expect(render(files).objects).toEqual([
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { x: 2 } },
    ]);
  });

  it('gives objects in the same order', () => {
    const files = {
      'templates/a.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: space}\n',
    };
    expect(render(files).objects.map((object) => `${object.kind}/${object.metadata.name}`)).toEqual([
      'Namespace/space',
      'Secret/s',
    ]);
  });
});

describe('errors', () => {
  it('name the place and the expression, level by level', () => {
    const files = {
      'templates/a.yaml': 'x: 1\n  {{ include "outer" . }}',
      'templates/_h.tpl': '{{ define "outer" }}{{ .Values.missing.deep }}{{ end }}',
    };
    const error = failure(files);
    expect(error.code).toBe('helm/template-execution');
    expect(error.place).toEqual({ file: 'web/templates/a.yaml', line: 2, column: 6 });
    expect(error.message).toBe(
      [
        'web/templates/a.yaml:2:5',
        '  executing "web/templates/a.yaml" at <include "outer" .>:',
        '    error calling include:',
        'web/templates/_h.tpl:1:30',
        '  executing "outer" at <.Values.missing.deep>:',
        '    nil pointer evaluating interface {}.deep',
        '  .Values.missing is not set, expected a map with deep; .Values is empty',
      ].join('\n'),
    );
    expect(failure(files, { helmCompat: 3 }).message).toMatch(
      /^template: web\/templates\/a\.yaml:2:5: executing/,
    );
  });

  it('show what the chart author says, with the place', () => {
    expect(failure({ 'templates/a.yaml': '{{ required "set a value" .Values.x }}' }).message).toBe(
      'execution error at (web/templates/a.yaml:1:3): set a value',
    );
  });

  it('name the file and line of a template that does not parse', () => {
    const error = failure({ 'templates/a.yaml': 'ok\n{{ if }}' });
    expect(error.message).toBe('parse error at (web/templates/a.yaml:2): missing value for if');
    expect(error.place).toEqual({ file: 'web/templates/a.yaml', line: 2 });
  });

  it('show the rendered line that is no YAML', () => {
    const error = failure({
      'templates/a.yaml': 'kind: A\nmetadata: {{ .Values.x }}: y: z\n',
      'values.yaml': 'x: broken',
    });
    expect(error.code).toBe('helm/manifest-invalid');
    expect(error.message).toContain('YAML parse error on web/templates/a.yaml');
    expect(error.message).toContain('metadata: broken: y: z');
  });

  it('tell charts, schemas and versions that do not fit', () => {
    expect(failure({ 'Chart.yaml': 'apiVersion: v2\nname: web\n' }).message).toBe(
      'validation: chart.metadata.version is required',
    );
    expect(failure({ 'Chart.yaml': 'apiVersion: v2\nname: [x]\nversion: 1.0.0' }).message).toContain(
      'cannot load Chart.yaml',
    );
    expect(failure({ 'Chart.yaml': chartFile('web', 'type: library') }).message).toBe(
      'library charts are not installable',
    );
    expect(
      failure({ 'Chart.yaml': chartFile('web', 'kubeVersion: ">=1.99"') }, { kubeVersion: '1.33' }).message,
    ).toBe('chart requires kubeVersion: >=1.99 which is incompatible with Kubernetes v1.33');
    const schema = failure({
      'values.schema.json': '{"required":["x"],"properties":{"port":{"type":"string"}}}',
      'values.yaml': 'port: 1\nx: 2',
    });
    expect(schema.code).toBe('helm/schema-violation');
    expect(schema.message).toContain("web:\n- at '/port': got number, want string");
    expect(failure({}, { path: 'nowhere' }).code).toBe('helm/chart-missing');
  });
});

describe('chance and time', () => {
  it('come from outside, so the same sequence gives the same output', () => {
    const files = {
      'templates/NOTES.txt':
        '{{ randAlphaNum 8 }} {{ uuidv4 }} {{ now | date "2006-01-02" }} {{ shuffle "abcdef" }}',
    };
    const sequence = (): (() => number) => {
      let state = 1;
      return () => (state = (state * 16807) % 2147483647) / 2147483647;
    };
    const once = render(files, { random: sequence(), now: () => 86_400_000 }).notes;
    expect(render(files, { random: sequence(), now: () => 86_400_000 }).notes).toBe(once);
    expect(once).toMatch(
      /^[A-Za-z0-9]{8} [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} 1970-01-02 [a-f]{6}$/,
    );
  });
});

describe('lookup', () => {
  it('finds nothing unless the caller answers', () => {
    const files = { 'templates/NOTES.txt': '{{ (lookup "v1" "Secret" "ns" "s").data | default "none" }}' };
    expect(printed(files)).toBe('none');
    expect(
      printed(files, {
        lookup: (apiVersion, kind, namespace, name) => ({
          data: [apiVersion, kind, namespace, name].join(' '),
        }),
      }),
    ).toBe('v1 Secret ns s');
  });
});
