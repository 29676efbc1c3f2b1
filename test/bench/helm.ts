import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderChart } from '@lotse/helm';
import { diskTree } from './disk-tree.ts';
import { writeGeneratedCharts } from './generated-charts.ts';
import { ms, timeMs, type Group, type Row } from './row.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOTSE = join(ROOT, 'apps/cli/bin/lotse.cjs');
const WARM_RUNS = 15;
const PROCESS_RUNS = 5;

/**
 * Charts rendered in process, cold and warm, and by `lotse template`, beside the `helm template` process: those below the
 * folder `LOTSE_BENCH_CHARTS`, else the example and generated ones. `LOTSE_BENCH_HELM` names another helm. Each number is
 * the best of several runs, which other work on the machine disturbs least.
 */
export const helmGroup: Group = {
  name: 'helm',
  async run() {
    const helm = process.env['LOTSE_BENCH_HELM'] ?? 'helm';
    const hasHelm = !spawnSync(helm, ['version'], { stdio: 'ignore' }).error;
    const given = process.env['LOTSE_BENCH_CHARTS'];
    if (given !== undefined) return measureAll(chartsBelow(given), hasHelm ? helm : undefined);
    const generated = writeGeneratedCharts();
    try {
      const charts = [join(ROOT, 'examples/helm'), ...chartsBelow(generated.folder)];
      return await measureAll(charts, hasHelm ? helm : undefined);
    } finally {
      generated.remove();
    }
  },
};

function chartsBelow(folder: string): string[] {
  if (existsSync(join(folder, 'Chart.yaml'))) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => chartsBelow(join(folder, entry.name)));
}

async function measureAll(charts: readonly string[], helm: string | undefined): Promise<Row[]> {
  const rows: Row[] = [];
  for (const chart of charts) rows.push(await measure(chart, helm));
  return rows;
}

async function measure(chart: string, helm: string | undefined): Promise<Row> {
  const render = () =>
    renderChart({
      tree: diskTree(chart),
      path: '',
      releaseName: 'bench',
      namespace: 'bench',
      includeCrds: true,
    });
  const what = basename(chart);
  let characters = 0;
  let cold: number;
  try {
    cold = await timeMs(() => (characters = render().text.length));
  } catch (error) {
    return { what, value: 'refused', note: String(error).split('\n')[0] ?? '' };
  }
  const warm = await bestMs(WARM_RUNS, render);
  const args = ['template', 'bench', chart, '--namespace', 'bench', '--include-crds'];
  const own = await bestMs(PROCESS_RUNS, () =>
    spawnSync(process.execPath, [LOTSE, ...args], { stdio: 'ignore' }),
  );
  const note = `cold ${ms(cold)}, ${Math.round(characters / 1024)} KiB; lotse as a process ${ms(own)}`;
  if (helm === undefined) return { what, value: ms(warm), note };
  const theirs = await bestMs(PROCESS_RUNS, () => spawnSync(helm, args, { stdio: 'ignore' }));
  return {
    what,
    value: ms(warm),
    note: `${note}, helm ${ms(theirs)}: ${(theirs / warm).toFixed(1)} times warm, ${(own / theirs).toFixed(1)} times helm's`,
  };
}

async function bestMs(runs: number, work: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) best = Math.min(best, await timeMs(work));
  return best;
}
