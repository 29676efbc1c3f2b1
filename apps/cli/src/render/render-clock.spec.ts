import { expect, it } from 'vitest';
import { renderChart } from '@lotse/helm';
import { MemoryFileTree } from '@lotse/manifests';
import { renderClock } from './render-clock.js';

it('runs out after its time, and never when it has none', () => {
  let now = 5_000;
  const clock = renderClock(2, () => now);
  expect(clock?.()).toBe(false);
  now = 7_000;
  expect(clock?.()).toBe(false);
  now = 7_001;
  expect(clock?.()).toBe(true);
  expect(renderClock(0)).toBeUndefined();
});

it.each([
  ['an endless range', '{{ range 100000000000 }}{{ end }}'],
  ['keys without end', '{{ range until 1000 }}{{ $x := genPrivateKey "ed25519" }}{{ end }}'],
])('ends %s with the name of its template', (_, template) => {
  const tree = new MemoryFileTree({
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'templates/slow.yaml': template,
  });
  let asked = 0;
  const expired = renderClock(1, () => asked++ * 900);
  const render = () =>
    renderChart({ tree, path: '', releaseName: 'rel', namespace: 'ns', limits: { expired } });
  expect(render).toThrow('rendering web/templates/slow.yaml was stopped: the template ran out of time');
});
