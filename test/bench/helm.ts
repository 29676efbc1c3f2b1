import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readChartVersions, readRepositoryIndex, renderChart } from '@lotse/helm';
import { PreparedKeys } from '../../apps/server/src/rendering/prepared-keys.ts';
import { seededChance } from '../../apps/server/src/rendering/seeded-chance.ts';
import { diskTree } from './disk-tree.ts';
import { writeGeneratedCharts } from './generated-charts.ts';
import { generatedIndex } from './generated-index.ts';
import { count, ms, timeMs, type Group, type Row } from './row.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOTSE = join(ROOT, 'apps/cli/bin/lotse.cjs');
/** A server renders a chart so often that its code is compiled to the end; that takes some dozen renders. */
const WARM_RUNS = 60;
const PROCESS_RUNS = 10;
/** What Linux counts processor time in. */
const TICK_MS = 10;

/**
 * Charts rendered in process, cold and warm, and by `lotse template`, beside the `helm template` process: those below the
 * folder `LOTSE_BENCH_CHARTS`, else the example and generated ones. `LOTSE_BENCH_HELM` names another helm. Each number is
 * the best of several runs, which other work on the machine disturbs least; the processor time of processes is that of all
 * runs by their number, as the system counts it in hundredths of a second. The two commands take turns. In process, chance
 * is that of the server: from a seed, with RSA keys that are made between the renders.
 */
export const helmGroup: Group = {
  name: 'helm',
  async run() {
    const helm = process.env['LOTSE_BENCH_HELM'] ?? 'helm';
    const hasHelm = !spawnSync(helm, ['version'], { stdio: 'ignore' }).error;
    const given = process.env['LOTSE_BENCH_CHARTS'];
    if (given !== undefined)
      return [await measureIndex(), ...(await measureAll(chartsBelow(given), hasHelm ? helm : undefined))];
    const generated = writeGeneratedCharts();
    try {
      const charts = [join(ROOT, 'examples/helm'), ...chartsBelow(generated.folder)];
      return [await measureIndex(), ...(await measureAll(charts, hasHelm ? helm : undefined))];
    } finally {
      generated.remove();
    }
  },
};

/** The first reading counts: an index is read once for each of its contents. */
async function measureIndex(): Promise<Row> {
  const text = generatedIndex(10_000_000, 60);
  let versions = 0;
  const one = await ownCost(() => (versions = readChartVersions(text, 'chart-59')?.length ?? 0));
  const all = await ownCost(() => readRepositoryIndex(text));
  return {
    what: `index of ${(text.length / 1e6).toFixed(1)} MB, the versions of its last chart`,
    value: ms(one.wallMs),
    note: `processor ${ms(one.cpuMs)}; ${count(versions)} versions; the whole index ${shown(all)}`,
  };
}

async function ownCost(work: () => unknown): Promise<Cost> {
  const before = process.cpuUsage();
  const wallMs = await timeMs(work);
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

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
  const keys = new PreparedKeys();
  const render = (tree = diskTree(chart)) =>
    renderChart({
      tree,
      path: '',
      releaseName: 'bench',
      namespace: 'bench',
      includeCrds: true,
      random: seededChance('bench'),
      rsaKey: keys.take,
    });
  const what = basename(chart);
  let characters = 0;
  let cold: number;
  try {
    cold = await timeMs(() => (characters = render().text.length));
  } catch (error) {
    return { what, value: 'refused', note: String(error).split('\n')[0] ?? '' };
  }
  const warm = await bestMs(
    WARM_RUNS,
    () => render(),
    () => keys.refill(),
  );
  const kept = diskTree(chart);
  const read = await bestMs(
    WARM_RUNS,
    () => render(kept),
    () => keys.refill(),
  );
  const args = ['template', 'bench', chart, '--namespace', 'bench', '--include-crds'];
  const commands = [[LOTSE, ...args], ...(helm === undefined ? [] : [[helm, ...args]])];
  const [own, theirs] = await processCosts(commands);
  const note = `cold ${ms(cold)}, ${Math.round(characters / 1024)} KiB; as a process ${shown(own)}`;
  if (own === undefined || theirs === undefined) return { what, value: ms(warm), note };
  const times = (a: number, b: number): string => (a / b).toFixed(2);
  return {
    what,
    value: ms(warm),
    note:
      `${note}, helm ${shown(theirs)}: warm ${(theirs.wallMs / warm).toFixed(1)} times as fast, ` +
      `${(theirs.wallMs / read).toFixed(1)} once its files are read (${ms(read)}), as a process ` +
      `${times(own.wallMs, theirs.wallMs)} of helm's time and ${times(own.cpuMs, theirs.cpuMs)} of its processor time`,
  };
}

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

function shown(cost: Cost | undefined): string {
  return cost === undefined ? '-' : `${ms(cost.wallMs)} (processor ${ms(cost.cpuMs)})`;
}

/** What commands cost that take turns: the least time of all runs, and the mean processor time. */
async function processCosts(commands: readonly (readonly string[])[]): Promise<Cost[]> {
  const costs = commands.map(() => ({ wallMs: Number.POSITIVE_INFINITY, cpuMs: 0 }));
  for (let run = 0; run < PROCESS_RUNS; run++) {
    for (const [index, cost] of costs.entries()) {
      const [command = '', ...args] = commands[index] ?? [];
      const before = childrenCpuMs();
      cost.wallMs = Math.min(cost.wallMs, await timeMs(() => spawnSync(command, args, { stdio: 'ignore' })));
      cost.cpuMs += (childrenCpuMs() - before) / PROCESS_RUNS;
    }
  }
  return costs;
}

/** Processor time of all processes this one has started and that have ended. */
function childrenCpuMs(): number {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
  } catch {
    // Only Linux tells.
    return Number.NaN;
  }
}

async function bestMs(runs: number, work: () => unknown, between: () => Promise<void>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    await between();
    best = Math.min(best, await timeMs(work));
  }
  return best;
}
