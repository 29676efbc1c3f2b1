import { describe, expect, it } from 'vitest';
import { added, build } from '../testing/overlay.js';

// What kustomize 5.8.1 prints that it does not print without the field.
describe('replacements', () => {
  it.each<[what: string, fields: string, lines: string[]]>([
    [
      'a field that is made',
      'replacements: [{source: {kind: ConfigMap, fieldPath: data.x}, targets: [{select: {kind: Service}, fieldPaths: [spec.type], options: {create: true}}]}]',
      ['  type: "y"'],
    ],
    [
      'a part of a text',
      'replacements: [{source: {kind: ConfigMap, name: conf}, targets: [{select: {kind: Deployment}, fieldPaths: ["spec.template.spec.containers.[name=c].image"], options: {delimiter: ":", index: 1}}]}]',
      ['        image: nginx:conf'],
    ],
    [
      'every entry of a list',
      'replacements: [{source: {kind: ConfigMap, fieldPath: data.x}, targets: [{select: {kind: Deployment}, fieldPaths: ["spec.template.spec.containers.*.image"]}]}]',
      ['        image: "y"'],
    ],
    [
      'a value given',
      'replacements: [{sourceValue: fixed, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x]}]}]',
      ['  x: fixed'],
    ],
    [
      'but not what is rejected',
      'replacements: [{source: {kind: ConfigMap, fieldPath: data.x}, targets: [{select: {name: web}, reject: [{kind: Service}], fieldPaths: [metadata.labels.app]}]}]',
      ['    app: "y"'],
    ],
    [
      'a part of the source',
      'replacements: [{source: {kind: ConfigMap, fieldPath: data.url, options: {delimiter: "/", index: 2}}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x]}]}]',
      ['  x: host'],
    ],
  ])('change resources: %s', (_what, fields, lines) => {
    expect(added(fields)).toEqual(lines);
  });

  it.each<[fields: string, hint: RegExp]>([
    [
      'replacements: [{source: {kind: ConfigMap, name: comf}, targets: [{select: {kind: Service}, fieldPaths: [a]}]}]',
      /conf/,
    ],
    [
      'replacements: [{source: {kind: ConfigMap, fieldPath: data.none}, targets: [{select: {kind: Service}, fieldPaths: [a]}]}]',
      /data.none/,
    ],
    [
      'replacements: [{source: {kind: ConfigMap, fieldPath: data.x}, targets: [{select: {kind: Service}, fieldPaths: [spec.none]}]}]',
      /spec.none/,
    ],
    ['replacements: [{path: none.yaml}]', /none.yaml/],
  ])('are refused with what is wrong and what it should be: %s', (fields, hint) => {
    expect(() => build(fields)).toThrow(hint);
  });
});
