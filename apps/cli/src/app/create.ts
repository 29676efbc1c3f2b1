import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { readManifests } from '@lotse/manifests';
import type { Application } from '../api/application.js';
import { CliError, EXIT } from '../cli-error.js';
import { whyUnreadable } from '../file-problem.js';
import { say } from '../output/print.js';
import { sessionOf } from '../session.js';
import { pair, several } from './options.js';

interface CreateOptions {
  file?: string;
  repo?: string;
  path?: string;
  revision?: string;
  helmChart?: string;
  destServer?: string;
  destName?: string;
  destNamespace?: string;
  project: string;
  syncPolicy?: string;
  autoPrune?: boolean;
  selfHeal?: boolean;
  syncOption?: string[];
  values?: string[];
  helmSet?: string[];
  releaseName?: string;
  nameprefix?: string;
  namesuffix?: string;
  kustomizeImage?: string[];
  directoryRecurse?: boolean;
  label?: string[];
  upsert?: boolean;
  validate: string;
}

/** `lotse app create`. */
export function addCreate(app: Command): void {
  app
    .command('create')
    .description('create an application')
    .argument('[name]')
    .option('-f, --file <file>', 'an Application manifest instead of options')
    .option('--repo <url>', 'Git repository')
    .option('--path <path>', 'folder in the repository')
    .option('--revision <revision>', 'branch, tag, commit or range of versions')
    .option('--helm-chart <name>', 'chart of a Helm repository')
    .option('--dest-server <url>', 'address of the cluster')
    .option('--dest-name <name>', 'name of the cluster')
    .option('--dest-namespace <namespace>', 'where namespaced objects go that name no namespace')
    .option('--project <name>', 'project', 'default')
    .option('--sync-policy <policy>', 'automated or none')
    .option('--auto-prune', 'remove what is no longer in Git')
    .option('--self-heal', 'undo changes made in the cluster')
    .option('--sync-option <option>', 'such as CreateNamespace=true; several times', several)
    .option('--values <file>', 'Helm values file in the repository; several times', several)
    .option('--helm-set <key=value>', 'Helm parameter; several times', several)
    .option('--release-name <name>', 'Helm release name')
    .option('--nameprefix <prefix>', 'Kustomize name prefix')
    .option('--namesuffix <suffix>', 'Kustomize name suffix')
    .option('--kustomize-image <image>', 'Kustomize image; several times', several)
    .option('--directory-recurse', 'read subfolders')
    .option('-l, --label <key=value>', 'label; several times', several)
    .addOption(
      new Option('--validate [bool]', 'refuse an application whose source cannot be read or rendered')
        .choices(['true', 'false'])
        .preset('true')
        .default('true'),
    )
    .option('--upsert', 'replace an application of that name')
    .action(async (name: string | undefined, options: CreateOptions, command: Command) => {
      const application = options.file ? fromFile(options.file, name) : fromOptions(name, options);
      const created = await sessionOf(command).post<Application>('/api/v1/applications', application, {
        upsert: options.upsert,
        validate: options.validate,
      });
      say(`application '${created.metadata.name}' created`);
    });
}

function fromFile(file: string, name: string | undefined): object {
  const [manifest] = readManifests(read(file), file);
  if (manifest?.kind !== 'Application') throw new CliError(`${file} holds no Application`, EXIT.usage);
  return name ? { ...manifest, metadata: { ...manifest.metadata, name } } : manifest;
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(whyUnreadable(file, error), EXIT.usage);
  }
}

function fromOptions(name: string | undefined, options: CreateOptions): object {
  if (!name || !options.repo)
    throw new CliError('an application needs a name and --repo (or --file)', EXIT.usage);
  if (!options.path && !options.helmChart)
    throw new CliError('say what to deliver: --path FOLDER or --helm-chart NAME', EXIT.usage);
  const isAutomated = ['automated', 'auto', 'automatic'].includes(options.syncPolicy ?? 'none');
  const helm = {
    ...(options.values && { valueFiles: options.values }),
    ...(options.helmSet && { parameters: options.helmSet.map(pair) }),
    ...(options.releaseName && { releaseName: options.releaseName }),
  };
  const kustomize = {
    ...(options.nameprefix && { namePrefix: options.nameprefix }),
    ...(options.namesuffix && { nameSuffix: options.namesuffix }),
    ...(options.kustomizeImage && { images: options.kustomizeImage }),
  };
  const labels = Object.fromEntries(
    (options.label ?? []).map(pair).map(({ name: key, value }) => [key, value]),
  );
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, ...(options.label && { labels }) },
    spec: {
      project: options.project,
      source: {
        repoURL: options.repo,
        ...(options.path && { path: options.path }),
        ...(options.helmChart && { chart: options.helmChart }),
        ...(options.revision && { targetRevision: options.revision }),
        ...(Object.keys(helm).length > 0 && { helm }),
        ...(Object.keys(kustomize).length > 0 && { kustomize }),
        ...(options.directoryRecurse && { directory: { recurse: true } }),
      },
      destination: {
        ...(options.destName
          ? { name: options.destName }
          : { server: options.destServer ?? 'https://kubernetes.default.svc' }),
        ...(options.destNamespace && { namespace: options.destNamespace }),
      },
      syncPolicy: {
        ...(isAutomated && {
          automated: {
            ...(options.autoPrune && { prune: true }),
            ...(options.selfHeal && { selfHeal: true }),
          },
        }),
        ...(options.syncOption && { syncOptions: options.syncOption }),
      },
    },
  };
}
