import { describe, expect, it } from 'vitest';
import { added } from '../testing/overlay.js';

// What kustomize 5.8.1 prints that it does not print without the field.
describe('names', () => {
  it.each<[what: string, fields: string, lines: string[]]>([
    [
      'a prefix, which references follow',
      'namePrefix: p-',
      [
        '  name: p-robot',
        '  name: p-bind',
        '  name: p-robot',
        '  name: p-conf',
        '  name: p-web',
        '  name: p-web',
        '            name: p-conf',
        '      serviceAccountName: p-robot',
      ],
    ],
    [
      'a suffix, which references follow',
      'nameSuffix: -s',
      [
        '  name: robot-s',
        '  name: bind-s',
        '  name: robot-s',
        '  name: conf-s',
        '  name: web-s',
        '  name: web-s',
        '            name: conf-s',
        '      serviceAccountName: robot-s',
      ],
    ],
    [
      'both',
      'namePrefix: p-\nnameSuffix: -s',
      [
        '  name: p-robot-s',
        '  name: p-bind-s',
        '  name: p-robot-s',
        '  name: p-conf-s',
        '  name: p-web-s',
        '  name: p-web-s',
        '            name: p-conf-s',
        '      serviceAccountName: p-robot-s',
      ],
    ],
    [
      'a hash for what is generated over a resource of a file',
      'configMapGenerator: [{name: conf, behavior: merge, literals: [c=d]}]',
      ['  c: d'],
    ],
  ])('change resources: %s', (_what, fields, lines) => {
    expect(added(fields)).toEqual(lines);
  });
});
