import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { explainValues } from './explain-values.js';
import { renderChart } from './render-chart.js';

const CHART = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'values.yaml': 'image: {tag: 1.2}\nports: [80]\nempty: {}\nnothing:\nname: canary-secret\ndb: {user: me}\n',
  'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
};

function refusal(files: Record<string, string>): string {
  const tree = new MemoryFileTree({ ...CHART, ...files });
  try {
    renderChart({ tree, path: '', releaseName: 'web', namespace: 'space' });
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
const below = (template: string): string | undefined =>
  refusal({ 'templates/a.yaml': template })
    .split('\n  ')
    .find((line) => line.startsWith('.Values'));

describe('an error about values', () => {
  it.each([
    [
      '{{ .Values.store.size.max }}',
      '.Values.store is not set, expected a map with size; .Values has db, empty, image, name, ports',
    ],
    ['{{ $.Values.image.a.b }}', '.Values.image.a is not set, expected a map with b; .Values.image has tag'],
    ['{{ .Values.empty.a.b }}', '.Values.empty.a is not set, expected a map with b; .Values.empty is empty'],
    [
      '{{ .Values.nothing.a }}',
      '.Values.nothing is not set, expected a map with a; .Values has db, empty, image, name, ports',
    ],
    ['{{ .Values.ports.http }}', '.Values.ports is a list, expected a map with http'],
    ['{{ .Values.name.first }}', '.Values.name is text, expected a map with first'],
    ['{{ range .Values.image.tag }}x{{ end }}', '.Values.image.tag is a number, expected a list or a map'],
    [
      '{{ define "x" }}{{ .Values.a.b }}{{ end }}{{ include "x" . }}',
      '.Values.a is not set, expected a map with b',
    ],
  ])('says what they hold where %s fails', (template, expected) => {
    expect(below(template)).toContain(expected);
  });

  it('never shows a value', () => {
    for (const template of [
      '{{ .Values.name.first }}',
      '{{ upper .Values.ports }}',
      '{{ .Values.name.a.b }}',
    ])
      expect(below(template) ?? '').not.toContain('canary-secret');
  });

  it('looks at the values of the chart whose template failed', () => {
    expect(refusal({ 'charts/db/templates/a.yaml': '{{ .Values.auth.key }}' })).toContain(
      '\n  .Values.auth is not set, expected a map with key; .Values has global, user',
    );
  });

  it('says nothing where the path is not that of the chart', () => {
    const other = '{{ define "x" }}{{ .Values.image.b.c }}{{ end }}';
    expect(
      below(`${other}{{ include "x" (dict "Values" (dict "image" (dict "b" (list)))) }}`),
    ).toBeUndefined();
    expect(below('{{ .Release.Nothing }}')).toBeUndefined();
    expect(below('{{ required "a name is needed" .Values.other }}')).toBeUndefined();
  });
});

it('reads the innermost of nested errors and none around it, which repeat it and are long', () => {
  const inner = new Error(
    'template: a:1:3: executing "a" at <.Values.list>: wrong type for value; expected string',
  );
  const around = {
    name: 'Error',
    inner,
    get message(): string {
      throw new Error('it was read');
    },
  };
  expect(explainValues(around, new Map([['list', []]]))).toBe('.Values.list is a list, expected string');
});
