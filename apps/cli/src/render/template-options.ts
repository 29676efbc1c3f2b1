import { type Command, Option } from 'commander';
import { seconds, several } from '../app/options.js';
import { CliError, EXIT } from '../cli-error.js';
import { DEFAULT_RENDER_SECONDS } from './render-clock.js';
import type { FindOptions } from './find-chart.js';
import type { NameOptions } from './release-name.js';
import type { ValuesOptions } from './values-layers.js';

/** What `lotse template` takes; the names are Helm's. */
export interface TemplateOptions extends FindOptions, NameOptions, ValuesOptions {
  readonly namespace: string;
  readonly includeCrds?: boolean;
  readonly skipTests?: boolean;
  readonly hooks: boolean;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
  readonly isUpgrade?: boolean;
  readonly skipSchemaValidation?: boolean;
  readonly showOnly?: readonly string[];
  readonly outputDir?: string;
  readonly releaseName?: boolean;
  readonly helmCompat?: string;
  readonly renderTimeout: number;
  readonly postRenderer?: string;
  readonly postRendererArgs?: readonly string[];
  readonly dryRun?: string | true;
  readonly validate?: boolean;
  readonly verify?: boolean;
}

/**
 * Options of `helm template` about clusters, waiting and logs. They change nothing of what is printed, and scripts give them.
 */
const WITHOUT_EFFECT = [
  '--atomic',
  '--burst-limit <number>',
  '--color <when>',
  '--colour <when>',
  '--content-cache <folder>',
  '--create-namespace',
  '--debug',
  '--description <text>',
  '--disable-openapi-validation',
  '--enable-dns',
  '--force',
  '--force-conflicts',
  '--force-replace',
  '--hide-notes',
  '--keyring <file>',
  '--kube-apiserver <url>',
  '--kube-as-group <group>',
  '--kube-as-user <user>',
  '--kube-ca-file <file>',
  '--kube-context <name>',
  '--kube-insecure-skip-tls-verify',
  '--kube-tls-server-name <name>',
  '--kube-token <token>',
  '--kubeconfig <file>',
  '-l, --labels <labels>',
  '--qps <number>',
  '--registry-config <file>',
  '--render-subchart-notes',
  '--replace',
  '--repository-cache <folder>',
  '--repository-config <file>',
  '--rollback-on-failure',
  '--server-side [how]',
  '--skip-crds',
  '--take-ownership',
  '--timeout <duration>',
  '--wait [strategy]',
  '--wait-for-jobs',
];

/** Declares the options of `lotse template`. */
export function addTemplateOptions(command: Command): Command {
  command
    .option('-f, --values <files>', 'values file or address, or several with commas; several times', listed)
    .option('--set <assignments>', 'key=value,…; several times', several)
    .option('--set-string <assignments>', 'the same, always text', several)
    .option('--set-json <assignments>', 'key=json', several)
    .option('--set-literal <assignment>', 'key=text as it is', several)
    .option('--set-file <assignments>', 'key=file', several)
    .option('-n, --namespace <namespace>', 'namespace of the release', 'default')
    .option('-g, --generate-name', 'make a name for the release')
    .option('--name-template <template>', 'make the name of the release from this')
    .option('--include-crds', 'print crds/ too')
    .option('--skip-tests', 'leave tests out')
    .option('--no-hooks', 'leave hooks out')
    .option('--kube-version <version>', 'version the chart is told')
    .option('-a, --api-versions <versions>', 'API versions the chart is told; several times', listed)
    .option('--is-upgrade', 'render as an upgrade')
    .option('--skip-schema-validation', 'do not check values.schema.json')
    .option('-s, --show-only <template>', 'only what this template (or pattern) made; several times', several)
    .option('--output-dir <folder>', 'write a file for each template instead')
    .option('--release-name', 'with --output-dir: into a folder named like the release')
    .addOption(
      new Option('--helm-compat <generation>', 'write as Helm 3 or 4').choices(['3', '4']).default('4'),
    )
    .option(
      '--post-renderer <program>',
      'program, or plugin of Helm 4, that gets the manifests on its standard input, prints what they shall be',
    )
    .option('--post-renderer-args <argument>', 'argument for it; several times', several)
    .option(
      '--render-timeout <seconds>',
      'stop templates that take longer; 0 lets them',
      seconds,
      DEFAULT_RENDER_SECONDS,
    )
    .option('--repo <url>', 'Helm repository the chart is in')
    .option('--version <range>', 'version of the chart, or a range')
    .option('--devel', 'take versions in development, too')
    .option('--dependency-update', 'fetch what the chart depends on and charts/ lacks')
    .option('--username <name>', 'user name for the repository')
    .option('--password <password>', 'password for the repository')
    .option('--pass-credentials', 'send them to other hosts, too')
    .option('--ca-file <file>', 'certificates to trust')
    .option('--cert-file <file>', 'certificate of this client')
    .option('--key-file <file>', 'its key')
    .option('--insecure-skip-tls-verify', 'accept any certificate')
    .option('--plain-http', 'talk to the registry without TLS')
    .addOption(new Option('--dry-run [how]').hideHelp())
    .addOption(new Option('--validate').hideHelp())
    .addOption(new Option('--verify').hideHelp());
  for (const flags of WITHOUT_EFFECT) command.addOption(new Option(flags).hideHelp());
  return command;
}

/** Those that Helm takes; the last two as it did before it had the others. */
const DRY_RUNS: ReadonlySet<string> = new Set(['client', 'server', 'true', 'false']);

/** Refuses what would promise a check that is not made. @throws CliError */
export function assertNoFalsePromise({ dryRun, validate, verify }: TemplateOptions): void {
  if (dryRun !== undefined && dryRun !== true && !DRY_RUNS.has(dryRun))
    throw new CliError(
      `invalid dry-run value (${JSON.stringify(dryRun)}). Must be "server" or "client"`,
      EXIT.usage,
    );
  if (dryRun === 'server' || validate)
    throw new CliError(
      'lotse template talks to no cluster. Leave --dry-run=server and --validate out, or let an application render the chart.',
      EXIT.usage,
    );
  if (verify)
    throw new CliError('lotse template does not check signatures of charts: leave --verify out.', EXIT.usage);
}

/** Collects a list with commas that may be given several times. */
function listed(value: string, before: readonly string[] = []): string[] {
  return [...before, ...value.split(',')];
}
