import { describe, expect, it } from 'vitest';
import { buildTree } from '../testing/tree.js';

// The texts are what kustomize 5.8.1 prints.
describe('a replacement whose target holds its source', () => {
  const FILES = `
-- m.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: m}
data: {k: v}
`;

  it.each<[what: string, tree: string, text: string]>([
    [
      'a map into itself, twice',
      `
-- kustomization.yaml --
resources: [m.yaml]
replacements:
- {source: {kind: ConfigMap, fieldPath: data}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x, data.y], options: {create: true}}]}
`,
      `apiVersion: v1
data:
  k: v
  x:
    k: v
    x: {}
  "y":
    k: v
    x:
      k: v
      x: {}
    "y": {}
kind: ConfigMap
metadata:
  name: m
`,
    ],
    [
      'a text into itself and into a later target',
      `
-- kustomization.yaml --
resources: [m.yaml]
replacements:
- {source: {kind: ConfigMap, fieldPath: data.k}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.k], options: {delimiter: "/", index: -1}}, {select: {kind: ConfigMap}, fieldPaths: [data.k, metadata.name], options: {delimiter: "/", index: 9}}]}
`,
      `apiVersion: v1
data:
  k: v/v/v/v
kind: ConfigMap
metadata:
  name: m/v/v/v/v
`,
    ],
  ])('copies what the source has become: %s', (_what, tree, text) => {
    expect(buildTree(tree + FILES)).toBe(text);
  });
});
