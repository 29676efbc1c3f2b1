import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeDocuments } from './output-dir.js';

const folder = mkdtempSync(join(tmpdir(), 'lotse-output-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a folder for what was rendered', () => {
  it('has a file for each template, written anew each time', () => {
    const documents = [
      { source: 'web/templates/a.yaml', text: 'a: 1\n' },
      { source: 'web/templates/b.yaml', text: 'b: 1' },
      { source: 'web/templates/a.yaml', text: 'a: 2\n' },
    ];
    writeDocuments(folder, documents);
    expect(writeDocuments(folder, documents)).toEqual(documents.map(({ source }) => join(folder, source)));
    expect(readFileSync(join(folder, 'web/templates/a.yaml'), 'utf8')).toBe(
      '---\n# Source: web/templates/a.yaml\na: 1\n\n---\n# Source: web/templates/a.yaml\na: 2\n\n',
    );
  });

  it('is not left', () => {
    expect(() => writeDocuments(folder, [{ source: '../escape.yaml', text: '' }])).toThrow(
      'the chart names a file outside',
    );
  });
});
