import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CHART_LIMITS } from './chart-limits.js';
import { readChartFolder } from './read-folder.js';

function names(files: Record<string, string>, path = 'web', limits = DEFAULT_CHART_LIMITS): string[] {
  return readChartFolder(new MemoryFileTree(files), path, limits).map((file) => file.name);
}

describe('a chart folder', () => {
  it('is read without what .helmignore names', () => {
    expect(
      names({
        'web/.helmignore': '*.bak\n/docs/\n',
        'web/Chart.yaml': '',
        'web/a.bak': '',
        'web/docs/x.md': '',
        'web/templates/.swp': '',
        'web/templates/a.yaml': '',
        'other/b.yaml': '',
      }),
    ).toEqual(['.helmignore', 'Chart.yaml', 'templates/a.yaml']);
  });

  it('follows links inside the tree', () => {
    expect(
      names({
        'shared/lib/Chart.yaml': 'x',
        'web/Chart.yaml': '',
        'web/charts/lib': '\0link:../../shared/lib',
        'web/values.yaml': '\0link:other.yaml',
        'web/other.yaml': '',
      }),
    ).toEqual(['Chart.yaml', 'charts/lib/Chart.yaml', 'other.yaml', 'values.yaml']);
  });

  it.each([
    ['/etc/passwd', 'leads out of the tree'],
    ['../../../etc/passwd', 'leads out of the tree'],
    ['missing', 'leads to nothing'],
    ['self', 'links lead in a circle'],
  ])('refuses a link to %s', (target, message) => {
    expect(() => names({ 'web/Chart.yaml': '', 'web/self': `\0link:${target}` })).toThrow(message);
  });

  it('refuses a folder that contains itself', () => {
    expect(() => names({ 'web/Chart.yaml': '', 'web/loop': '\0link:../web' })).toThrow(
      /nested too deeply|more than/,
    );
  });

  it('refuses more than the limits allow', () => {
    const files = { 'web/Chart.yaml': 'x'.repeat(100), 'web/a': '', 'web/b': '' };
    expect(() => names(files, 'web', { ...DEFAULT_CHART_LIMITS, chartBytes: 50 })).toThrow(
      'maximum decompressed size of 50',
    );
    expect(() => names(files, 'web', { ...DEFAULT_CHART_LIMITS, chartFiles: 2 })).toThrow(
      'more than 2 files',
    );
  });
});
