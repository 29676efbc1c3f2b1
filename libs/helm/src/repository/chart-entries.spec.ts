import { describe, expect, it } from 'vitest';
import { readChartVersions } from './chart-entries.js';
import { sliceEntry } from './index-slice.js';
import { readRepositoryIndex } from './repository-index.js';

/** Numbers that are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const VALUES = [
  'plain text',
  'plain text\n      that goes on',
  '"quoted: # text"',
  '"folded: text\n      that goes \\\n\n      on: #"',
  "'single: ''text''\n\n      that goes on'",
  "'it''s'",
  '|\n      - kind: added\n        text\n\n      more',
  '|-\n      {}',
  '>-\n      folded\n      text',
  '[]',
  '{}',
  '2024-01-01T00:00:00Z',
  '1.2.3',
  'https://example.org/a-1.0.0.tgz',
  '"\\u00e9\\n"',
  '-1',
];

function index(roll: (below: number) => number): string {
  const pick = (list: readonly string[]): string => list[roll(list.length)] ?? '';
  const entry = (name: string): string => {
    const versions = Array.from({ length: 1 + roll(3) }, () =>
      [
        `  - apiVersion: v2`,
        `    annotations:`,
        `      note: ${pick(VALUES).replaceAll('\n    ', '\n      ')}`,
        `    description: ${pick(VALUES)}`,
        `    keywords:`,
        `    - ${pick(['a', '"b"', 'c d'])}`,
        `    maintainers:`,
        `    - email: x@example.org`,
        `      name: ${pick(['X', "'Y'", 'Z Z'])}`,
        `    urls:`,
        `    - https://example.org/${name}.tgz`,
        `    version: ${roll(3)}.${roll(20)}.${roll(3)}`,
      ].join('\n'),
    );
    return `  ${name}:\n${versions.join('\n')}`;
  };
  const names = ['web', 'db', 'cache', 'web-admin', 'web'].slice(0, 2 + roll(4));
  return `apiVersion: v1\nentries:\n${names.map(entry).join('\n')}\ngenerated: "2024-01-01T00:00:00Z"\n`;
}

/** What the full reader says; an error is an answer, too. */
function fully(text: string, chart: string): unknown {
  try {
    return readRepositoryIndex(text).get(chart) ?? 'none';
  } catch {
    return 'refused';
  }
}

function fast(text: string, chart: string): unknown {
  try {
    return readChartVersions(text, chart) ?? 'none';
  } catch {
    return 'refused';
  }
}

const NOISE = [
  ' ',
  '\n',
  '"',
  "'",
  ':',
  '- ',
  '#',
  '&a ',
  '*a',
  '{',
  '}',
  '[',
  ',',
  '|',
  '>',
  '\t',
  '!!str ',
  '---\n',
  '? ',
  '  ',
  '\n  web:\n',
  '\nentries:\n',
  '%',
  '\\',
  '\n  - version: 9.9.9\n',
  '@',
  '<<: *a',
  '\r\n',
  '...\n',
  ' # x',
  '  x',
  ': ',
];

describe('the versions of one chart', () => {
  it('are found in the part of the index that is about it', () => {
    const text = index(dice(1));
    expect(sliceEntry(text, 'web')).toMatch(/^entries:\n {2}web:\n/);
    expect(sliceEntry(text, 'nothing')).toBe('');
    expect(readChartVersions(text, 'nothing')).toBeUndefined();
  });

  it('are what the full reader says, for indexes as Helm writes them, without reading them fully', () => {
    let sliced = 0;
    for (let seed = 0; seed < 300; seed++) {
      const text = index(dice(seed));
      for (const chart of ['web', 'db', 'cache', 'none']) {
        if (sliceEntry(text, chart) !== undefined) sliced++;
        expect([seed, chart, fast(text, chart)]).toEqual([seed, chart, fully(text, chart)]);
      }
    }
    expect(sliced).toBeGreaterThan(1_000);
  });

  it('are what the full reader says, whatever is wrong with the index', () => {
    for (let seed = 0; seed < 4_000; seed++) {
      const roll = dice(seed * 7 + 1);
      let text = index(roll);
      for (let edits = 1 + roll(3); edits > 0; edits--) {
        const at = roll(text.length);
        text = text.slice(0, at) + (NOISE[roll(NOISE.length)] ?? '') + text.slice(at + roll(4));
      }
      for (const chart of ['web', 'db'])
        if (sliceEntry(text, chart) !== undefined)
          expect([text, fast(text, chart)]).toEqual([text, fully(text, chart)]);
    }
  });
});
