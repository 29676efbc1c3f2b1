import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Delivery } from './support/delivery.js';

let delivery: Delivery;

beforeAll(async () => {
  delivery = await Delivery.start();
});

afterAll(async () => delivery?.stop());

const CHART = 'apiVersion: v2\nname: bad\nversion: 1.0.0\n';

describe('an application says what is wrong with a chart', () => {
  it.each<[name: string, what: string, files: Record<string, string>, words: RegExp]>([
    [
      'endless',
      'that never ends',
      { 'templates/a.yaml': '{{ range 100000000000 }}{{ end }}' },
      /a\.yaml.*steps/,
    ],
    [
      'deep',
      'with thousands of parentheses',
      { 'templates/a.yaml': `{{ ${'('.repeat(9000)}1${')'.repeat(9000)} }}` },
      /a\.yaml:1.*depth/,
    ],
    [
      'long',
      'with thousands of conditions in one',
      { 'templates/a.yaml': `{{ if 0 }}${'{{ else if 0 }}'.repeat(20_000)}{{ end }}` },
      /a\.yaml.*too deeply/,
    ],
    [
      'circle',
      'whose schema refers to itself',
      { 'values.yaml': 'a: 1\n', 'values.schema.json': '{"$ref": "#"}' },
      /bad:\n.*causing reference cycle/,
    ],
    [
      'typo',
      'whose schema is none',
      { 'values.yaml': 'a: 1\n', 'values.schema.json': '{"type": "strng"}' },
      /not valid against metaschema/,
    ],
    [
      'itself',
      'that depends on itself',
      { 'Chart.yaml': `${CHART}dependencies: [{name: bad, version: 1.0.0, repository: "file://."}]\n` },
      /depends on bad at file:/,
    ],
    ['packed', 'with an archive that is none', { 'charts/x.tgz': 'none' }, /x\.tgz in bad/],
    ['list', 'that makes no object', { 'templates/a.yaml': '- 1\n' }, /a\.yaml.*cannot unmarshal array/],
  ])('%s: one %s', async (name, _what, files, words) => {
    const all = { 'Chart.yaml': CHART, ...files };
    delivery.host.create(
      name,
      Object.fromEntries(Object.entries(all).map(([path, text]) => [`app/${path}`, text])),
    );
    await delivery.create(name);
    const { status } = await delivery.until(name, (application) =>
      (application.status?.conditions ?? []).some(({ type }) => type === 'ComparisonError'),
    );
    expect(status?.conditions?.map(({ message }) => message)).toEqual([expect.stringMatching(words)]);
  });

  it('and goes on delivering others', async () => {
    delivery.host.create('good', {
      'app/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n',
    });
    await delivery.create('good', { automated: {} });
    await delivery.until('good', ({ status }) => status?.sync?.status === 'Synced');
  });
});
