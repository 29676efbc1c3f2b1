import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { renderChart } from '@lotse/helm';
import { buildKustomization } from '@lotse/kustomize';
import { diskTree } from './disk-tree.ts';
import { medianMs, ms, type Group, type Row } from './row.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** Rendering in process, beside the official binaries where this machine has them. */
export const renderingGroup: Group = {
  name: 'rendering',
  async run() {
    const tree = diskTree(EXAMPLES);
    const rows: Row[] = [];
    const chart = () => renderChart({ tree, path: 'helm', releaseName: 'blog', namespace: 'blog' });
    const overlay = () => buildKustomization({ tree, path: 'kustomize/overlays/production' });
    rows.push(await compare('a chart', chart, 'helm', ['template', 'blog', `${EXAMPLES}/helm`]));
    rows.push(
      await compare('an overlay', overlay, 'kubectl', [
        'kustomize',
        `${EXAMPLES}/kustomize/overlays/production`,
      ]),
    );
    return rows;
  },
};

async function compare(
  what: string,
  render: () => unknown,
  program: string,
  args: readonly string[],
): Promise<Row> {
  render();
  const own = await medianMs(25, render);
  if (spawnSync(program, ['version', '--client'], { stdio: 'ignore' }).error)
    return { what: `${what}, warm, in process`, value: ms(own) };
  const theirs = await medianMs(5, () => spawnSync(program, args, { stdio: 'ignore' }));
  return {
    what: `${what}, warm, in process`,
    value: ms(own),
    note: `${program} as a process takes ${ms(theirs)}: ${Math.round(theirs / own)} times as long`,
  };
}
