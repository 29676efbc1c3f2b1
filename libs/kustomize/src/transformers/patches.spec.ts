import { describe, expect, it } from 'vitest';
import { added, build } from '../testing/overlay.js';

// What kustomize 5.8.1 prints that it does not print without the field.
describe('patches', () => {
  it.each<[what: string, fields: string, lines: string[]]>([
    [
      'a strategic merge patch',
      'patches: [{patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 9}}"}]',
      ['  replicas: 9'],
    ],
    [
      'a JSON patch',
      'patches: [{target: {kind: Deployment}, patch: "- {op: replace, path: /spec/replicas, value: 7}"}]',
      ['  replicas: 7'],
    ],
    [
      'targets by pattern',
      'patches: [{target: {name: "w.*"}, patch: "- {op: add, path: /metadata/labels, value: {a: b}}"}]',
      ['    a: b', '  labels:', '    a: b'],
    ],
    [
      'targets by label',
      'patches: [{target: {labelSelector: "app in (web)"}, patch: "- {op: remove, path: /metadata/labels/app}\\n- {op: add, path: /metadata/x, value: z}"}]',
      ['  labels: {}', '  x: z'],
    ],
    [
      'a change of the name',
      'patches: [{target: {kind: ConfigMap}, options: {allowNameChange: true}, patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}"}]',
      ['  name: other', '            name: other'],
    ],
    [
      'no change of the name without the option',
      'patches: [{target: {kind: ConfigMap}, patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: other}, data: {x: z}}"}]',
      ['  x: z'],
    ],
    [
      'lists with merge keys',
      'patches: [{patch: "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, name: http}, {port: 81}]}}"}]',
      ['  - name: http', '    port: 80', '  - port: 81'],
    ],
    [
      '$retainKeys as data',
      'patches: [{patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {strategy: {$retainKeys: [type], type: Recreate}}}"}]',
      ['  strategy:', '    $retainKeys:', '    - type', '    type: Recreate'],
    ],
    [
      '$patch: replace in a list',
      'patches: [{patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{$patch: replace}, {name: only, image: x}]}}}}"}]',
      ['      - image: x', '        name: only'],
    ],
    [
      'the deprecated field',
      'patchesStrategicMerge: ["{apiVersion: v1, kind: ConfigMap, metadata: {name: conf}, data: {x: null, z: w}}"]',
      ['  z: w'],
    ],
    [
      'the deprecated JSON patches',
      'patchesJson6902: [{target: {version: v1, kind: ConfigMap, name: conf}, patch: "- {op: add, path: /data/q, value: r}"}]',
      ['  q: r'],
    ],
  ])('change resources: %s', (_what, fields, lines) => {
    expect(added(fields)).toEqual(lines);
  });

  it.each<[fields: string, hint: RegExp]>([
    ['patches: [{patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: comf}}"}]', /conf/],
    ['patches: [{path: non.yaml}]', /non.yaml/],
    ['patches: [{target: {kind: Deployment}, patch: "- {op: remove, path: /spec/none}"}]', /\/spec\/none/],
    [
      'patchesJson6902: [{target: {version: v1, kind: ConfigMap, name: conf}, patch: "[{op: remove, path: /data}]"}]',
      /must be JSON/,
    ],
    ['patches: [{target: {kind: Deployment}, patch: "[{op: remove, path: /spec}]"}]', /must be JSON/],
    ['patchesJson6902: [{target: {kind: ConfigMap, name: comf}, path: p.yaml}]', /comf|p.yaml/],
  ])('are refused with what is wrong and what it should be: %s', (fields, hint) => {
    expect(() => build(fields)).toThrow(hint);
  });
});
