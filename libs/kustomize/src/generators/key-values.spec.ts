import { describe, expect, it } from 'vitest';
import { buildTree } from '../testing/tree.js';

// The texts are what kustomize 5.8.1 prints.
describe('data of generators', () => {
  const FILES = `
-- a.env --
# comment
A=1
  B = spaced 
C="quoted"
D
=nothing

E=a=b
-- dir/text.txt --
two
lines
`;

  it.each<[what: string, tree: string, text: string]>([
    [
      'env files',
      `
-- kustomization.yaml --
configMapGenerator: [{name: m, envs: [a.env]}]
`,
      `apiVersion: v1
data:
  A: "1"
  'B ': ' spaced '
  C: '"quoted"'
  D: ""
  E: a=b
kind: ConfigMap
metadata:
  name: m-bh49h4bcm4
`,
    ],
    [
      'literals with quotes',
      `
-- kustomization.yaml --
configMapGenerator: [{name: m, literals: ["a='x'", 'b="y"', "c='z", d=, "e=1=2", "f= g "]}]
`,
      `apiVersion: v1
data:
  a: x
  b: "y"
  c: '''z'
  d: ""
  e: 1=2
  f: ' g '
kind: ConfigMap
metadata:
  name: m-dkf4hcbhc4
`,
    ],
    [
      'files with and without a key',
      `
-- kustomization.yaml --
configMapGenerator: [{name: m, files: [dir/text.txt, other=dir/text.txt]}]
`,
      `apiVersion: v1
data:
  other: |
    two
    lines
  text.txt: |
    two
    lines
kind: ConfigMap
metadata:
  name: m-58bh5td2kb
`,
    ],
    [
      'a secret of all of them',
      `
-- kustomization.yaml --
secretGenerator: [{name: s, type: kubernetes.io/x, envs: [a.env], literals: [l=v], files: [dir/text.txt]}]
`,
      `apiVersion: v1
data:
  A: MQ==
  'B ': IHNwYWNlZCA=
  C: InF1b3RlZCI=
  D: ""
  E: YT1i
  l: dg==
  text.txt: dHdvCmxpbmVzCg==
kind: Secret
metadata:
  name: s-8c925mbhm6
type: kubernetes.io/x
`,
    ],
    [
      'options of all and of one',
      `
-- kustomization.yaml --
generatorOptions: {labels: {a: b, c: d}, annotations: {note: x}, immutable: true}
configMapGenerator:
- {name: m, literals: [a=b], options: {labels: {c: e}, disableNameSuffixHash: true}}
- {name: other, namespace: x, literals: [a=b]}
`,
      `apiVersion: v1
data:
  a: b
immutable: true
kind: ConfigMap
metadata:
  annotations:
    note: x
  labels:
    a: b
    c: d
  name: other-4h2mbtbbt6
  namespace: x
---
apiVersion: v1
data:
  a: b
immutable: true
kind: ConfigMap
metadata:
  annotations:
    note: x
  labels:
    a: b
    c: e
  name: m
`,
    ],
    [
      'replaced in an overlay',
      `
-- kustomization.yaml --
resources: [base]
configMapGenerator: [{name: m, behavior: replace, literals: [c=d]}]
-- base/kustomization.yaml --
configMapGenerator: [{name: m, literals: [a=b], options: {labels: {l: m}}}]
`,
      `apiVersion: v1
data:
  c: d
kind: ConfigMap
metadata:
  labels:
    l: m
  name: m-gbdtcf54mt
`,
    ],
  ])('is read as the original reads it: %s', (_what, tree, text) => {
    expect(buildTree(tree + FILES)).toBe(text);
  });

  it.each<[what: string, tree: string, message: RegExp]>([
    [
      'a key twice',
      `
-- kustomization.yaml --
configMapGenerator: [{name: m, literals: [a=1, a=2]}]
`,
      /configmap m illegally repeats the key `a`/,
    ],
    [
      'a literal without a value',
      `
-- kustomization.yaml --
configMapGenerator: [{name: m, literals: [a]}]
`,
      /invalid literal source a, expected key=value/,
    ],
    [
      'a missing file',
      `
-- kustomization.yaml --
configMapGenerator: [{name: m, files: [dir/texts.txt]}]
`,
      /file 'dir\/texts\.txt' does not exist; did you mean text\.txt\?/,
    ],
    [
      'a folder',
      `
-- kustomization.yaml --
configMapGenerator: [{name: m, files: [dir]}]
`,
      /'dir' is a folder, expected a file/,
    ],
    [
      'a file above',
      `
-- kustomization.yaml --
resources: [sub]
-- sub/kustomization.yaml --
configMapGenerator: [{name: m, files: [../dir/text.txt]}]
`,
      /is not in or below/,
    ],
    [
      'no name',
      `
-- kustomization.yaml --
configMapGenerator: [{literals: [a=b]}]
`,
      /a ConfigMap generator must have a name/,
    ],
    [
      'a merge with nothing, a letter away',
      `
-- kustomization.yaml --
resources: [base]
configMapGenerator: [{name: mad, behavior: merge, literals: [c=d]}]
-- base/kustomization.yaml --
configMapGenerator: [{name: made, literals: [a=b]}]
`,
      /ConfigMap.*mad.* does not exist; cannot merge or replace; there is ConfigMap.v1..noGrp.\/made/,
    ],
    [
      'a name that is taken',
      `
-- kustomization.yaml --
resources: [base]
configMapGenerator: [{name: m, literals: [c=d]}]
-- base/kustomization.yaml --
configMapGenerator: [{name: m, literals: [a=b]}]
`,
      /exists; its generator's behavior must be merge or replace/,
    ],
  ])('say what is wrong, where, and what it should be: %s', (_what, tree, message) => {
    expect(() => buildTree(tree + FILES)).toThrow(message);
  });
});
