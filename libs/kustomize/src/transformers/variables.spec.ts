import { describe, expect, it } from 'vitest';
import { added, build } from '../testing/overlay.js';

// What kustomize 5.8.1 prints that it does not print without the field.
describe('vars', () => {
  it.each<[what: string, fields: string, lines: string[]]>([
    [
      'a field of a resource in arguments',
      'vars: [{name: X, objref: {apiVersion: v1, kind: ConfigMap, name: conf}, fieldref: {fieldpath: data.x}}]',
      ['        - "y"'],
    ],
    [
      'the name in the end',
      'vars: [{name: X, objref: {apiVersion: v1, kind: Service, name: web}}]\nnamePrefix: p-',
      [
        '  name: p-robot',
        '  name: p-bind',
        '  name: p-robot',
        '  name: p-conf',
        '  name: p-web',
        '  name: p-web',
        '        - p-web',
        '            name: p-conf',
        '      serviceAccountName: p-robot',
      ],
    ],
  ])('change resources: %s', (_what, fields, lines) => {
    expect(added(fields)).toEqual(lines);
  });

  it.each<[fields: string, hint: RegExp]>([
    ['vars: [{name: X, objref: {apiVersion: v1, kind: ConfigMap, name: comf}}]', /comf/],
    [
      'vars: [{name: X, objref: {apiVersion: v1, kind: ConfigMap, name: conf}, fieldref: {fieldpath: data.q}}]',
      /data.q/,
    ],
  ])('are refused with what is wrong and what it should be: %s', (fields, hint) => {
    expect(() => build(fields)).toThrow(hint);
  });
});
