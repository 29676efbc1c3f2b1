import { describe, expect, it } from 'vitest';
import { sortManifests, splitManifests } from './manifests.js';

const STRUCT =
  'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }';

/** Documents Helm refuses, and the end of what it says (4.3.1). */
const REFUSED: readonly [text: string, reason: string][] = [
  ['kind: [x]', 'cannot unmarshal array into Go struct field SimpleHead.kind of type string'],
  ['apiVersion: {}', 'cannot unmarshal object into Go struct field SimpleHead.apiVersion of type string'],
  ['metadata: x', `cannot unmarshal string into Go struct field SimpleHead.metadata of type ${STRUCT}`],
  ['metadata: {name: [x]}', 'cannot unmarshal array into Go struct field .metadata.name of type string'],
  [
    'metadata: {annotations: [x]}',
    'cannot unmarshal array into Go struct field .metadata.annotations of type map[string]string',
  ],
  [
    'metadata: {annotations: {a: {b: c}}}',
    'cannot unmarshal object into Go struct field .metadata.annotations of type string\n  in the annotation a',
  ],
  ['[]', 'cannot unmarshal array into Go value of type util.SimpleHead'],
  ['x', 'cannot unmarshal string into Go value of type util.SimpleHead'],
  ['a: b: c', 'line 1: mapping values are not allowed in this context\n  the rendered line: a: b: c'],
  ['a: 1\n b: 2', '\n  the rendered line:  b: 2'],
];

const sorted = (files: Record<string, string>, generation: 3 | 4 = 4) => {
  const { manifests, hooks } = sortManifests(new Map(Object.entries(files)), generation);
  return { manifests: manifests.map(({ kind }) => kind), hooks: hooks.map(({ hookEvents }) => hookEvents) };
};

describe('rendered manifests', () => {
  it.each(REFUSED)('%j are refused, saying where', (text, reason) => {
    const refuse = () => sortManifests(new Map([['web/templates/a.yaml', text]]), 4);
    expect(refuse).toThrow('YAML parse error on web/templates/a.yaml: error ');
    expect(refuse).toThrow(reason);
  });

  it('may have names and annotations that YAML reads as numbers or booleans', () => {
    const text = 'kind: A\nmetadata: {name: 5, annotations: {a: 5, b: true, c: null}}';
    expect(sorted({ a: text })).toEqual({ manifests: ['A'], hooks: [] });
  });

  it('are sorted in install order, unknown kinds behind by name', () => {
    const files = { a: 'kind: Zoo\n---\nkind: Pod', b: 'kind: Ape', c: 'kind: Namespace' };
    expect(sorted(files).manifests).toEqual(['Namespace', 'Pod', 'Ape', 'Zoo']);
  });

  it('put webhooks where each Helm puts them', () => {
    const files = { a: 'kind: Zoo\n---\nkind: ValidatingWebhookConfiguration', b: 'kind: Ape' };
    expect(sorted(files, 4).manifests).toEqual(['ValidatingWebhookConfiguration', 'Ape', 'Zoo']);
    expect(sorted(files, 3).manifests).toEqual(['Ape', 'ValidatingWebhookConfiguration', 'Zoo']);
  });

  it('are hooks by their annotation, and vanish when an event is unknown', () => {
    const hook = (events: string) => `kind: Job\nmetadata: {annotations: {helm.sh/hook: '${events}'}}`;
    expect(sorted({ a: hook('Pre-Install, test-success'), b: hook('pre-install,sometime') })).toEqual({
      manifests: [],
      hooks: [['pre-install', 'test']],
    });
  });

  it.each([
    ['a\n---\nb\n', ['a\n', 'b\n'], ['a', 'b']],
    ['---\n\na\n--- # c\nb', ['a\n', '# c\nb'], ['a', '# c\nb']],
    ['a\n ---\nb', ['a\n ---\nb'], ['a\n ---\nb']],
    // Helm 3's pattern has taken the line break the second mark would need.
    ['\n---\n---\n', [], ['---']],
    ['a\n---b', ['a\n', 'b'], ['a', 'b']],
  ])('%j is split', (text, four, three) => {
    expect(splitManifests(text, 4)).toEqual(four);
    expect(splitManifests(text, 3)).toEqual(three);
  });
});
