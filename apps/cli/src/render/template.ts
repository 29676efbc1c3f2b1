import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { namedPostRenderer } from './post-renderer.js';
import { renderClock } from './render-clock.js';
import { addTemplateOptions, assertNoFalsePromise, type TemplateOptions } from './template-options.js';
import { layersOf } from './values-layers.js';

/** `lotse template`: renders a chart as `helm template` does, without a server. */
export function addTemplate(program: Command): void {
  const command = program
    .command('template')
    .description('render a Helm chart of this machine, a Helm repository or a registry')
    .argument('<name-or-chart>', 'release name, or the chart when that is all')
    .argument('[chart]', 'folder, archive, name in --repo, or oci://…');
  addTemplateOptions(command).action(
    async (first: string, second: string | undefined, options: TemplateOptions) => {
      assertNoFalsePromise(options);
      const generation = options.helmCompat === '3' ? 3 : 4;
      // Loaded when asked for: other commands start without it.
      const { renderChart, showOnly } = await import('@lotse/helm');
      const { findChart } = await import('./find-chart.js');
      const { releaseAndChart } = await import('./release-name.js');
      const { chart, releaseName } = releaseAndChart([first, second], options);
      const result = renderChart({
        ...(await findChart(chart, options)),
        releaseName,
        namespace: options.namespace,
        values: await layersOf(options, generation, async (url) =>
          (await import('./fetch-chart.js')).fetchValues(url, options),
        ),
        includeCrds: options.includeCrds ?? false,
        skipTests: options.skipTests ?? false,
        noHooks: !options.hooks,
        isUpgrade: options.isUpgrade ?? false,
        skipSchemaValidation: options.skipSchemaValidation ?? false,
        helmCompat: generation,
        limits: { expired: renderClock(options.renderTimeout) },
        ...(options.kubeVersion && { kubeVersion: options.kubeVersion }),
        ...(options.apiVersions && { apiVersions: options.apiVersions }),
        ...(options.postRenderer && {
          postRender: namedPostRenderer(options.postRenderer, options.postRendererArgs ?? [], generation),
        }),
      });
      for (const warning of result.warnings) process.stderr.write(`${warning}\n`);
      if (options.outputDir !== undefined) {
        const { writeDocuments } = await import('./output-dir.js');
        const { outputDir } = options;
        // CRDs are of the chart, not of the release: Helm leaves them beside its folder
        const below = options.releaseName ? join(outputDir, releaseName) : outputDir;
        const files = [...writeDocuments(outputDir, result.crds), ...writeDocuments(below, result.manifests)];
        // the last line is empty, as with Helm: its manifests would have followed
        process.stdout.write([...files.map((file) => `wrote ${file}\n`), '\n'].join(''));
        return;
      }
      const shown = options.showOnly
        ? showOnly(result.text, options.showOnly, generation)
        : { text: result.text };
      if ('missing' in shown) throw new CliError(`could not find template ${shown.missing} in chart`);
      process.stdout.write(shown.text);
    },
  );
}
