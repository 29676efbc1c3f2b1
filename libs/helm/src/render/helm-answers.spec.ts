import { readFileSync } from 'node:fs';
import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { renderChart } from './render-chart.js';

interface Group {
  values: string;
  answers: [template: string, text: string | null, error?: string][];
}

/** What Helm's own engine answered to each template; made by `test/oracle/helm/probe.mjs --record`. */
const groups = JSON.parse(
  readFileSync(new URL('../testdata/helm-answers.json', import.meta.url), 'utf8'),
) as Group[];

function render(template: string, values: string): { text?: string; error?: string } {
  const tree = new MemoryFileTree({
    'probe/Chart.yaml': 'apiVersion: v2\nname: probe\nversion: 0.1.0\n',
    'probe/values.yaml': values,
    'probe/templates/NOTES.txt': template,
    'probe/a/one.txt': 'first\nsecond\n',
    'probe/a/two.bin': Uint8Array.from([0, 255, 10]),
    'probe/b.yaml': 'x: 1',
  });
  try {
    const { notes } = renderChart({
      tree,
      path: 'probe',
      releaseName: 'release',
      namespace: 'space',
      kubeVersion: 'v1.33.4',
    });
    return { text: notes };
  } catch (error) {
    // below Helm's words there may be a line of our own: what the values hold
    const [words = ''] = (error as Error).message.split('\n  .Values');
    return { error: words.replaceAll('probe/templates/NOTES.txt', 'T') };
  }
}

describe('templates answered as Helm answers them', () => {
  for (const { values, answers } of groups) {
    it.each(answers)('%s', (template, text, error) => {
      expect(render(template, values)).toEqual(text === null ? { error } : { text });
    });
  }
});
