import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKustomization } from '@lotse/kustomize';
import { diskTree } from './disk-tree.ts';
import { writeGeneratedOverlays } from './generated-overlays.ts';
import { ms, timeMs, type Group, type Row } from './row.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOTSE = join(ROOT, 'apps/cli/bin/lotse.cjs');
const WARM_RUNS = 15;
const PROCESS_RUNS = 5;

/**
 * Overlays built in process, the first time and warm, and by `lotse kustomize`, beside the `kustomize build` process: those
 * named in `LOTSE_BENCH_OVERLAYS` (as `repository//folder`, separated by colons), else the example and generated ones.
 * `LOTSE_BENCH_KUSTOMIZE` names another kustomize. Each number is the best of several runs, which other work on the machine
 * disturbs least.
 */
export const kustomizeGroup: Group = {
  name: 'kustomize',
  async run() {
    const kustomize = process.env['LOTSE_BENCH_KUSTOMIZE'] ?? 'kustomize';
    const referee = spawnSync(kustomize, ['version'], { stdio: 'ignore' }).error ? undefined : kustomize;
    const given = process.env['LOTSE_BENCH_OVERLAYS'];
    if (given !== undefined) return measureAll(given.split(':'), referee);
    const generated = writeGeneratedOverlays();
    try {
      return await measureAll(
        [`${ROOT}examples//kustomize/overlays/production`, ...generated.overlays],
        referee,
      );
    } finally {
      generated.remove();
    }
  },
};

async function measureAll(overlays: readonly string[], referee: string | undefined): Promise<Row[]> {
  const rows: Row[] = [];
  for (const overlay of overlays) rows.push(await measure(overlay, referee));
  return rows;
}

async function measure(overlay: string, referee: string | undefined): Promise<Row> {
  const [root = '', path = ''] = overlay.split('//');
  const folder = join(root, path);
  const tree = diskTree(root);
  const build = () => buildKustomization({ tree, path });
  let result: ReturnType<typeof build> | undefined;
  const first = await timeMs(() => (result = build()));
  const warm = await bestMs(WARM_RUNS, build);
  const own = await bestMs(PROCESS_RUNS, () =>
    spawnSync(process.execPath, [LOTSE, 'kustomize', folder], { stdio: 'ignore' }),
  );
  const what = path;
  const note = `first ${ms(first)}; ${result?.objects.length ?? 0} resources, ${Math.round((result?.text.length ?? 0) / 1024)} KiB; lotse as a process ${ms(own)}`;
  if (referee === undefined) return { what, value: ms(warm), note };
  const theirs = await bestMs(PROCESS_RUNS, () => spawnSync(referee, ['build', folder], { stdio: 'ignore' }));
  return {
    what,
    value: ms(warm),
    note: `${note}, kustomize ${ms(theirs)}: ${(theirs / warm).toFixed(1)} times warm, ${(own / theirs).toFixed(1)} times kustomize's`,
  };
}

async function bestMs(runs: number, work: () => unknown): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < runs; run++) best = Math.min(best, await timeMs(work));
  return best;
}
