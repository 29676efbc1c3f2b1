import { describe, expect, it } from 'vitest';
import { added, build } from '../testing/overlay.js';

// What kustomize 5.8.1 prints that it does not print without the field.
describe('generators', () => {
  it.each<[what: string, fields: string, lines: string[]]>([
    [
      'literals',
      'configMapGenerator: [{name: g, literals: [a=b, c="d e"]}]',
      [
        'data:',
        '  a: b',
        '  c: d e',
        'kind: ConfigMap',
        '  name: g-h6665gg887',
        'apiVersion: v1',
        '---',
        'metadata:',
      ],
    ],
    [
      'files',
      'configMapGenerator: [{name: g, files: [all.txt, other=all.txt]}]',
      [
        'data:',
        '  all.txt: |',
        '    one line',
        '    and another',
        '  other: |',
        '    one line',
        '    and another',
        'kind: ConfigMap',
        '  name: g-f8bkmtdt4c',
        'apiVersion: v1',
        '---',
        'metadata:',
      ],
    ],
    [
      'an env file',
      'configMapGenerator: [{name: g, envs: [env.txt]}]',
      [
        'data:',
        '  A: "1"',
        "  B: ' two'",
        'kind: ConfigMap',
        '  name: g-8bgtc8t74g',
        'apiVersion: v1',
        '---',
        'metadata:',
      ],
    ],
    [
      'the deprecated env',
      'configMapGenerator: [{name: g, env: env.txt}]',
      [
        'data:',
        '  A: "1"',
        "  B: ' two'",
        'kind: ConfigMap',
        '  name: g-8bgtc8t74g',
        'apiVersion: v1',
        '---',
        'metadata:',
      ],
    ],
    [
      'options',
      'configMapGenerator: [{name: g, literals: [a=b], options: {disableNameSuffixHash: true, immutable: true, labels: {l: m}, annotations: {note: o}}}]',
      [
        'data:',
        '  a: b',
        'immutable: true',
        'kind: ConfigMap',
        '  annotations:',
        '    note: o',
        '    l: m',
        '  name: g',
        'apiVersion: v1',
        '---',
        'metadata:',
        '  labels:',
      ],
    ],
    [
      'options of all',
      'generatorOptions: {disableNameSuffixHash: true, labels: {l: m}}\nconfigMapGenerator: [{name: g, literals: [a=b], options: {labels: {p: q}}}]',
      [
        'data:',
        '  a: b',
        'kind: ConfigMap',
        '    l: m',
        '    p: q',
        '  name: g',
        'apiVersion: v1',
        '---',
        'metadata:',
        '  labels:',
      ],
    ],
    ['a merge', 'configMapGenerator: [{name: conf, behavior: merge, literals: [x=new]}]', ['  x: new']],
    [
      'a replacement',
      'configMapGenerator: [{name: conf, behavior: replace, literals: [x=new]}]',
      ['  x: new'],
    ],
    [
      'a secret',
      'secretGenerator: [{name: s, literals: [a=b], type: Opaque}]',
      [
        'data:',
        '  a: Yg==',
        'kind: Secret',
        '  name: s-k695gkmbtk',
        'type: Opaque',
        'apiVersion: v1',
        '---',
        'metadata:',
      ],
    ],
    [
      'a secret of a type',
      'secretGenerator: [{name: s, namespace: ns, files: [all.txt], type: kubernetes.io/tls}]',
      [
        'data:',
        '  all.txt: b25lIGxpbmUKYW5kIGFub3RoZXIK',
        'kind: Secret',
        '  name: s-5kkkmh4588',
        '  namespace: ns',
        'type: kubernetes.io/tls',
        'apiVersion: v1',
        '---',
        'metadata:',
      ],
    ],
    [
      'an empty value',
      'configMapGenerator: [{name: g, literals: ["empty="]}]',
      [
        'data:',
        '  empty: ""',
        'kind: ConfigMap',
        '  name: g-t6869b4btd',
        'apiVersion: v1',
        '---',
        'metadata:',
      ],
    ],
    [
      'nothing',
      'configMapGenerator: [{name: g}]',
      ['kind: ConfigMap', '  name: g-6ct58987ht', 'apiVersion: v1', '---', 'metadata:'],
    ],
  ])('change resources: %s', (_what, fields, lines) => {
    expect(added(fields)).toEqual(lines);
  });

  it.each<[fields: string, hint: RegExp]>([
    ['configMapGenerator: [{literals: [a=b]}]', /name/],
    ['configMapGenerator: [{name: g, literals: [ab]}]', /ab/],
    ['configMapGenerator: [{name: g, files: [none.txt]}]', /none.txt/],
    ['configMapGenerator: [{name: g, literals: [a=b, a=c]}]', /"?a"?/],
    ['configMapGenerator: [{name: g, behavior: merge, literals: [a=b]}]', /g/],
    ['configMapGenerator: [{name: conf, literals: [a=b]}, {name: conf, literals: [a=b]}]', /conf/],
    ['configMapGenerator: [{name: g, literal: [a=b]}]', /literals/],
  ])('are refused with what is wrong and what it should be: %s', (fields, hint) => {
    expect(() => build(fields)).toThrow(hint);
  });
});
