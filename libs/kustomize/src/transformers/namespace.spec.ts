import { describe, expect, it } from 'vitest';
import { added } from '../testing/overlay.js';

// What kustomize 5.8.1 prints that it does not print without the field.
describe('namespace', () => {
  it.each<[what: string, fields: string, lines: string[]]>([
    [
      'everything that has a namespace, and subjects',
      'namespace: prod',
      [
        '  namespace: prod',
        '  namespace: prod',
        '  namespace: prod',
        '  namespace: prod',
        '  namespace: prod',
      ],
    ],
    [
      'together with a prefix',
      'namespace: prod\nresources: [all.yaml]\nnamePrefix: p-',
      [
        '  name: p-robot',
        '  namespace: prod',
        '  name: p-bind',
        '  name: p-robot',
        '  namespace: prod',
        '  name: p-conf',
        '  namespace: prod',
        '  name: p-web',
        '  namespace: prod',
        '  name: p-web',
        '  namespace: prod',
        '            name: p-conf',
        '      serviceAccountName: p-robot',
      ],
    ],
  ])('change resources: %s', (_what, fields, lines) => {
    expect(added(fields)).toEqual(lines);
  });
});
