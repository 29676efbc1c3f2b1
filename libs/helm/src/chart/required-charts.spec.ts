import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { requiredCharts } from './required-charts.js';

const CHART = `apiVersion: v2
name: a
version: 1.0.0
dependencies:
  - {name: b, version: ">=1.0 <2", repository: "http://127.0.0.1:8765/bb", condition: b.enabled, tags: [x, y], alias: bb, import-values: [data, {child: a, parent: b}]}
`;
/** As helm dependency update wrote it, but for the address. */
const lock = (digest: string): string =>
  `dependencies:\n- name: b\n  repository: http://127.0.0.1:8765/bb\n  version: 1.2.0\ndigest: ${digest}\n`;

describe('charts that are still to be fetched', () => {
  it('are those that Chart.yaml names and charts/ lacks, also of charts beside it', () => {
    const tree = new MemoryFileTree({
      'a/Chart.yaml': CHART.replace(
        'dependencies:\n',
        'dependencies:\n  - {name: near, version: "*", repository: "file://../near"}\n',
      ),
      'near/Chart.yaml':
        'apiVersion: v2\nname: near\nversion: 0.1.0\ndependencies: [{name: far, version: 3.x, repository: "oci://example.org/x"}]\n',
    });
    expect(
      requiredCharts(tree, 'a').map(({ name, version, repository }) => [name, version, repository]),
    ).toEqual([
      ['b', '>=1.0 <2', 'http://127.0.0.1:8765/bb'],
      ['far', '3.x', 'oci://example.org/x'],
    ]);
  });

  it('do not go round in circles', () => {
    const chart = (name: string, other: string): string =>
      `apiVersion: v2\nname: ${name}\nversion: 1.0.0\ndependencies: [{name: ${other}, version: "*", repository: "file://../${other}"}]\n`;
    const tree = new MemoryFileTree({ 'a/Chart.yaml': chart('a', 'b'), 'b/Chart.yaml': chart('b', 'a') });
    expect(requiredCharts(tree, 'a')).toEqual([]);
  });

  it('have the versions of a lock file that was made from the same dependencies', () => {
    const good = 'sha256:13b130d64e6403d565cd0d7b7f7def5a49d827ed000ac57fc930338c94f88f24';
    const tree = (digest: string): MemoryFileTree =>
      new MemoryFileTree({ 'Chart.yaml': CHART, 'Chart.lock': lock(digest) });
    expect(requiredCharts(tree(good), '')).toMatchObject([{ name: 'b', version: '1.2.0' }]);
    expect(() => requiredCharts(tree('sha256:00'), '')).toThrow(
      'the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml)',
    );
  });
});
