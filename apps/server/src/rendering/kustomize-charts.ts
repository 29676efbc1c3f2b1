import { createHash } from 'node:crypto';
import { chartArchiveTree, textRenderer } from '@lotse/helm';
import { chartRenderOptions, type InflateHelm } from '@lotse/kustomize';
import { ChartsNeeded } from './charts-needed.js';
import type { KustomizeBuildOptions } from './kustomize-build-options.js';
import { renderWithCharts } from './render-helm-source.js';
import type { RenderRequest } from './render-protocol.js';
import type { RenderSurroundings } from './render-surroundings.js';
import { seededChance } from './seeded-chance.js';

/** Digits of a name that nobody gave: as many as Helm takes of the time. */
const NAME_DIGITS = 10;

/** Renders the charts of a kustomization in this thread; those of repositories are asked for first. */
export function kustomizeCharts(
  request: RenderRequest,
  options: KustomizeBuildOptions,
  { readArchive, rsaKey, expired }: RenderSurroundings,
): InflateHelm & { readonly wasUsed: () => boolean } {
  const { kustomize } = request.source;
  const random = seededChance(request.seed ?? '');
  let used = false;
  return {
    wasUsed: () => used,
    fetch: ({ name = '', repo = '', version = '' }) => {
      const key = `${repo}|${name}|${version}`;
      const archive = request.charts?.[key];
      if (archive === undefined) throw new ChartsNeeded([{ key, repository: repo, name, version }]);
      return { tree: chartArchiveTree(readArchive(archive)), path: '' };
    },
    render: (inflation) => {
      used = true;
      const chosen = chartRenderOptions(inflation, {
        kubeVersion: kustomize?.kubeVersion ?? options.kubeVersion ?? request.kubeVersion,
        apiVersions: kustomize?.apiVersions ?? request.apiVersions,
        nameFromTemplate: (template) =>
          textRenderer({ missingKey: 'default', random, now: () => 0 })(template, {}),
        nameSuffix: stableDigits(`${request.application.name} ${request.seed ?? ''}`),
      });
      return renderWithCharts(
        {
          ...chosen,
          tree: inflation.tree,
          path: inflation.chartPath,
          ...(request.seed !== undefined && { random }),
          ...(rsaKey && { rsaKey }),
          limits: { expired },
          // without a cluster, as `kustomize build` has none
          lookup: () => ({}),
        },
        request.charts ?? {},
        readArchive,
      ).text;
    },
  };
}

/** The same for the same application: a name that changes with each render would replace everything each time. */
function stableDigits(text: string): string {
  const digest = createHash('sha256').update(text).digest().readBigUInt64BE();
  return String(digest % 10n ** BigInt(NAME_DIGITS)).padStart(NAME_DIGITS, '0');
}
