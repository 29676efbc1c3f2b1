import { describe, expect, it } from 'vitest';
import { showOnly } from './show-only.js';

const TEXT =
  '---\n# Source: web/crds/a.yaml\ncrd: 1\n---\n# Source: web/templates/a.yaml\na: 1\n\n---\n# Source: web/charts/db/templates/a.yaml\nb: 2\n';

describe('showOnly', () => {
  // what helm 4.3.1 and 3.22.0 print, line break by line break
  it('gives the documents of a template, spaced as each Helm spaces them', () => {
    expect(showOnly(TEXT, ['templates/a.yaml'], 4)).toEqual({
      text: '---\n# Source: web/templates/a.yaml\na: 1\n\n\n',
    });
    expect(showOnly(TEXT, ['templates/a.yaml'], 3)).toEqual({
      text: '---\n# Source: web/templates/a.yaml\na: 1\n',
    });
  });

  it('takes patterns, in their order, in which a star stops at a slash', () => {
    expect(showOnly(TEXT, ['charts/*/templates/*.yaml', 'crds/?.yaml'], 3)).toEqual({
      text: '---\n# Source: web/charts/db/templates/a.yaml\nb: 2\n---\n# Source: web/crds/a.yaml\ncrd: 1\n',
    });
    expect(showOnly(TEXT, ['templates/*'], 3)).toEqual(showOnly(TEXT, ['templates/a.yaml'], 3));
  });

  it.each(['web/templates/a.yaml', 'templates/none.yaml', 'templates/[', '*'])(
    'names the pattern %j that matches nothing',
    (pattern) => {
      expect(showOnly(TEXT, ['templates/a.yaml', pattern], 4)).toEqual({ missing: pattern });
    },
  );
});
