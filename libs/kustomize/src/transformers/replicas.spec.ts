import { describe, expect, it } from 'vitest';
import { added, build } from '../testing/overlay.js';

// What kustomize 5.8.1 prints that it does not print without the field.
describe('replicas', () => {
  it.each<[what: string, fields: string, lines: string[]]>([
    ['a count', 'replicas: [{name: web, count: 5}]', ['  replicas: 5']],
    ['none', 'replicas: [{name: web, count: 0}]', ['  replicas: 0']],
  ])('change resources: %s', (_what, fields, lines) => {
    expect(added(fields)).toEqual(lines);
  });

  it.each<[fields: string, hint: RegExp]>([
    ['replicas: [{name: wep, count: 5}]', /web/],
    ['replicas: [{name: web, count: many}]', /count/],
  ])('are refused with what is wrong and what it should be: %s', (fields, hint) => {
    expect(() => build(fields)).toThrow(hint);
  });
});
