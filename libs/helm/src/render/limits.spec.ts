import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import type { HelmError } from '../chart/chart-error.js';
import { type HelmLimits, renderChart } from './render-chart.js';

function stop(template: string, limits: Partial<HelmLimits> = {}): HelmError {
  const tree = new MemoryFileTree({
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'templates/a.yaml': template,
  });
  try {
    renderChart({ tree, path: '', releaseName: 'rel', namespace: 'ns', limits });
  } catch (error) {
    return error as HelmError;
  }
  throw new Error('expected the render to be stopped');
}

describe('a render is stopped', () => {
  it.each([
    ['an endless range', '{{ range 100000000000 }}{{ end }}', { steps: 10_000 }, 'more than 10000 steps'],
    [
      'nested ranges',
      '{{ range until 1000 }}{{ range until 1000 }}x{{ end }}{{ end }}',
      { steps: 10_000 },
      'more than 10000 steps',
    ],
    ['a huge repeat', '{{ repeat 1000000000 "x" }}', {}, 'characters of text'],
    [
      'text that doubles',
      '{{ $x := "xxxxxxxxxxxxxxxx" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}',
      { output: 1_000_000 },
      'more than 1000000',
    ],
    ['many matches', '{{ regexFindAll "" (repeat 10000000 "a") -1 | len }}', {}, 'steps'],
    [
      'a long text in many places of a pattern',
      '{{ regexMatch "(x{0,30}){30}y" (repeat 2000000 "x") }}',
      {},
      'steps',
    ],
    ['a huge indent', '{{ indent 1000000000 "x\\nx" }}', {}, 'characters of text'],
    [
      'quotes of quotes',
      '{{ $s := "x" }}{{ range until 100 }}{{ $s = quote $s }}{{ end }}',
      { output: 1_000_000 },
      'more than 1000000',
    ],
    [
      'a long list made shorter item by item',
      '{{ $l := until 90000 }}{{ range $l }}{{ $l = rest $l }}{{ end }}',
      {},
      'steps',
    ],
    ['many comparisons', '{{ uniq (until 100000) | len }}', {}, 'steps'],
    [
      'comparisons of a shorter list, again and again',
      '{{ $l := until 1000 }}{{ range until 50 }}{{ $x := uniq $l }}{{ end }}',
      { steps: 100_000 },
      'steps',
    ],
    ['a huge layout of dates', '{{ now | date (repeat 10000000 "2006-01-02") }}', {}, 'too long'],
    [
      'a letter that becomes two, again and again',
      '{{ $s := "a" }}{{ range until 60 }}{{ $s = replace "a" "aa" $s }}{{ end }}',
      {},
      'characters of text',
    ],
    ['a huge list', '{{ until 100000000 }}', {}, 'too long'],
    ['a huge width', '{{ printf "%999999d" 1 | repeat 10000 }}', { output: 1_000_000 }, 'more than 1000000'],
  ])('by %s', (_, template, limits, reason) => {
    const error = stop(template, limits);
    expect(error.message).toContain(reason);
    expect(error.message).toContain('web/templates/a.yaml');
  });

  it('by a template that includes itself', () => {
    const error = stop('{{ define "again" }}{{ include "again" . }}{{ end }}{{ include "again" . }}');
    expect(error.message).toContain(
      'rendering template has a nested reference name: again: unable to execute template',
    );
  });

  it('by tpl of itself', () => {
    expect(
      stop('{{ define "t" }}{{ tpl "{{ include \\"t\\" . }}" . }}{{ end }}{{ include "t" . }}').message,
    ).toContain('a.yaml');
  });

  it('by a template that calls itself', () => {
    const error = stop('{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}');
    expect(error.code).toBe('helm/limit');
    expect(error.message).toContain('web/templates/a.yaml');
  });

  it.each([
    'toYaml $d',
    'toJson $d',
    'toToml $d',
    'print $d',
    'printf "%v" $d',
    '$d',
    'deepCopy $d',
    'deepEqual $d (deepCopy (dict "a" $d))',
    'merge (dict) (dict "a" $d)',
    'list $d | uniq',
  ])('by %s of maps in maps in maps', (use) => {
    const double = '{{ $d := dict "a" 1 }}{{ range until 60 }}{{ $d = dict "l" $d "r" $d }}{{ end }}';
    const error = stop(`${double}{{ ${use} }}`);
    expect(error.code).toBe('helm/limit');
    expect(error.message).toContain('web/templates/a.yaml');
    expect(error.message).toContain('a value of more than 2000000 parts');
  });

  it.each(['bcrypt "a"', 'derivePassword 1 "long" "a" "b" "c"', 'sha256sum $s', 'trim $s', 'snakecase $s'])(
    'by the clock among slow functions: %s',
    (use) => {
      let asked = 0;
      const error = stop(
        `{{ $s := repeat 3000000 "aB" }}{{ range until 100000 }}{{ $_ := ${use} }}{{ end }}`,
        {
          expired: () => ++asked > 3,
        },
      );
      expect(error.message).toContain(
        'rendering web/templates/a.yaml was stopped: the template ran out of time',
      );
    },
  );

  it('by the clock of the caller', () => {
    let asked = 0;
    const error = stop('{{ range until 100000 }}{{ end }}', { expired: () => ++asked > 3 });
    expect(error.code).toBe('helm/limit');
    expect(error.message).toContain('ran out of time');
  });

  it('by a map that contains itself', () => {
    expect(stop('{{ $m := dict }}{{ $_ := set $m "m" $m }}{{ deepCopy $m }}').message).toContain(
      'nested too deeply',
    );
  });
});

describe('charts in charts are refused', () => {
  const chart = (name: string, dependencies: string): string =>
    `apiVersion: v2\nname: ${name}\nversion: 1.0.0\ndependencies:\n${dependencies}`;
  const refusal = (files: Record<string, string>, path: string): HelmError => {
    try {
      renderChart({ tree: new MemoryFileTree(files), path, releaseName: 'rel', namespace: 'ns' });
    } catch (error) {
      return error as HelmError;
    }
    throw new Error('expected a refusal');
  };

  it('when they depend on each other', () => {
    const error = refusal(
      {
        'a/Chart.yaml': chart('a', '- {name: b, version: 1.0.0, repository: "file://../b"}\n'),
        'b/Chart.yaml': chart('b', '- {name: a, version: 1.0.0, repository: "file://../a"}\n'),
      },
      'a',
    );
    expect(error.code).toBe('helm/limit');
    expect(error.message).toContain('the chart b depends on a at file://../a, which depends on it in turn');
    const self = chart('a', '- {name: b, version: 1.0.0, repository: "file://."}\n');
    expect(refusal({ 'Chart.yaml': self }, '').message).toContain('in turn');
  });

  it('when aliases of charts with aliases make too many', () => {
    const aliases = Array.from(
      { length: 10 },
      (_, index) => `- {name: d, version: 1.0.0, alias: d${index}}\n`,
    );
    const files: Record<string, string> = {};
    for (let depth = 0; depth < 8; depth++)
      files[`${'charts/d/'.repeat(depth)}Chart.yaml`] = chart(depth === 0 ? 'a' : 'd', aliases.join(''));
    files[`${'charts/d/'.repeat(8)}Chart.yaml`] = 'apiVersion: v2\nname: d\nversion: 1.0.0\n';
    const error = refusal(files, '');
    expect(error.code).toBe('helm/limit');
    expect(error.message).toContain('the chart a has more than 5000 charts in it');
  });
});

describe('patterns from a chart', () => {
  it('match in linear time', () => {
    const tree = new MemoryFileTree({
      'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'templates/NOTES.txt': `{{ regexMatch "(a+)+$" (print (repeat 5000 "a") "b") }}{{ regexReplaceAll "(x+x+)+y" (repeat 5000 "x") "" | len }}`,
    });
    expect(renderChart({ tree, path: '', releaseName: 'rel', namespace: 'ns' }).notes).toBe('false5000');
  });
});
