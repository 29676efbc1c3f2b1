import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { ValuesLayer } from '@lotse/helm';
import { several } from '../app/options.js';
import { CliError, EXIT } from '../cli-error.js';
import type { FindOptions } from './find-chart.js';
import { programPostRenderer } from './post-renderer.js';

interface TemplateOptions extends FindOptions {
  values?: string[];
  set?: string[];
  setString?: string[];
  setJson?: string[];
  setLiteral?: string[];
  setFile?: string[];
  namespace: string;
  includeCrds?: boolean;
  skipCrds?: boolean;
  skipTests?: boolean;
  hooks: boolean;
  kubeVersion?: string;
  apiVersions?: string[];
  isUpgrade?: boolean;
  skipSchemaValidation?: boolean;
  showOnly?: string[];
  helmCompat?: string;
  postRenderer?: string;
  postRendererArgs?: string[];
}

/** `lotse template`: renders a chart as `helm template` does, without a server. */
export function addTemplate(program: Command): void {
  program
    .command('template')
    .description('render a Helm chart of this machine, a Helm repository or a registry')
    .argument('<name-or-chart>', 'release name, or the chart when that is all')
    .argument('[chart]', 'folder, archive, name in --repo, or oci://…')
    .option('-f, --values <file>', 'values file; several times', several)
    .option('--set <assignments>', 'key=value,…; several times', several)
    .option('--set-string <assignments>', 'the same, always text', several)
    .option('--set-json <assignments>', 'key=json', several)
    .option('--set-literal <assignment>', 'key=text as it is', several)
    .option('--set-file <assignments>', 'key=file', several)
    .option('-n, --namespace <namespace>', 'namespace of the release', 'default')
    .option('--include-crds', 'print crds/ too')
    .option('--skip-tests', 'leave tests out')
    .option('--no-hooks', 'leave hooks out')
    .option('--kube-version <version>', 'version the chart is told')
    .option('-a, --api-versions <version>', 'API version the chart is told; several times', several)
    .option('--is-upgrade', 'render as an upgrade')
    .option('--skip-schema-validation', 'do not check values.schema.json')
    .option('-s, --show-only <template>', 'only what this template made; several times', several)
    .option('--helm-compat <generation>', 'write as Helm 3 or 4', '4')
    .option(
      '--post-renderer <program>',
      'gets the manifests on its standard input, prints what they shall be',
    )
    .option('--post-renderer-args <argument>', 'argument for it; several times', several)
    .option('--repo <url>', 'Helm repository the chart is in')
    .option('--version <range>', 'version of the chart, or a range')
    .option('--dependency-update', 'fetch what the chart depends on and charts/ lacks')
    .option('--username <name>', 'user name for the repository')
    .option('--password <password>', 'password for the repository')
    .option('--pass-credentials', 'send them to other hosts, too')
    .option('--insecure-skip-tls-verify', 'accept any certificate')
    .option('--plain-http', 'talk to the registry without TLS')
    .action(async (first: string, second: string | undefined, options: TemplateOptions) => {
      // Loaded when asked for: other commands start without it.
      const { renderChart } = await import('@lotse/helm');
      const { findChart } = await import('./find-chart.js');
      const result = renderChart({
        ...(await findChart(second ?? first, options)),
        releaseName: second === undefined ? 'release-name' : first,
        namespace: options.namespace,
        values: layersOf(options),
        includeCrds: options.includeCrds ?? false,
        skipTests: options.skipTests ?? false,
        noHooks: !options.hooks,
        isUpgrade: options.isUpgrade ?? false,
        skipSchemaValidation: options.skipSchemaValidation ?? false,
        helmCompat: options.helmCompat === '3' ? 3 : 4,
        ...(options.kubeVersion && { kubeVersion: options.kubeVersion }),
        ...(options.apiVersions && { apiVersions: options.apiVersions }),
        ...(options.postRenderer && {
          postRender: programPostRenderer(options.postRenderer, options.postRendererArgs ?? []),
        }),
      });
      for (const warning of result.warnings) process.stderr.write(`${warning}\n`);
      process.stdout.write(options.showOnly ? only(result.manifests, options.showOnly) : result.text);
    });
}

function layersOf(options: TemplateOptions): ValuesLayer[] {
  const expressions = (
    kind: 'set' | 'set-string' | 'set-json' | 'set-literal',
    list: readonly string[] = [],
  ): ValuesLayer[] => list.map((expression) => ({ kind, expression }));
  return [
    ...(options.values ?? []).map((name): ValuesLayer => ({ kind: 'file', name, text: read(name) })),
    ...expressions('set-json', options.setJson),
    ...expressions('set', options.set),
    ...expressions('set-string', options.setString),
    ...(options.setFile ?? [])
      .flatMap((text) => text.split(','))
      .map((text): ValuesLayer => {
        const at = text.indexOf('=');
        if (at < 1) throw new CliError(`--set-file "${text}" is not of the form key=file`, EXIT.usage);
        return { kind: 'set-file', key: text.slice(0, at), content: read(text.slice(at + 1)) };
      }),
    ...expressions('set-literal', options.setLiteral),
  ];
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function only(manifests: readonly { source: string; text: string }[], wanted: readonly string[]): string {
  const chosen = wanted.flatMap((template) => {
    const found = manifests.filter(({ source }) => source === template || source.endsWith(`/${template}`));
    if (found.length === 0) throw new CliError(`could not find template ${template} in chart`);
    return found;
  });
  return chosen.map(({ source, text }) => `---\n# Source: ${source}\n${text}\n`).join('');
}
