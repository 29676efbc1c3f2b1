import { Option, type Command } from 'commander';
import { several } from './options.js';

/** What `lotse app create` and `lotse app set` take for the specification of an application. */
export interface SpecOptions {
  readonly repo?: string;
  readonly path?: string;
  readonly revision?: string;
  readonly helmChart?: string;
  readonly destServer?: string;
  readonly destName?: string;
  readonly destNamespace?: string;
  readonly project?: string;
  readonly revisionHistoryLimit?: number;
  readonly syncPolicy?: 'automated' | 'automatic' | 'auto' | 'none' | '';
  readonly autoPrune?: boolean;
  readonly selfHeal?: boolean;
  readonly allowEmpty?: boolean;
  readonly syncOption?: readonly string[];
  readonly syncRetryLimit?: number;
  readonly values?: readonly string[];
  readonly valuesLiteralFile?: string;
  readonly ignoreMissingValueFiles?: boolean;
  readonly helmSet?: readonly string[];
  readonly helmSetString?: readonly string[];
  readonly helmSetFile?: readonly string[];
  readonly parameter?: readonly string[];
  readonly releaseName?: string;
  readonly helmVersion?: string;
  readonly helmNamespace?: string;
  readonly helmPassCredentials?: boolean;
  readonly helmSkipCrds?: boolean;
  readonly helmSkipTests?: boolean;
  readonly helmSkipSchemaValidation?: boolean;
  readonly helmKubeVersion?: string;
  readonly helmApiVersions?: readonly string[];
  readonly nameprefix?: string;
  readonly namesuffix?: string;
  readonly kustomizeImage?: readonly string[];
  readonly kustomizeReplica?: readonly string[];
  readonly kustomizeNamespace?: string;
  readonly kustomizeCommonLabel?: readonly string[];
  readonly kustomizeCommonAnnotation?: readonly string[];
  readonly directoryRecurse?: boolean;
  readonly directoryInclude?: string;
  readonly directoryExclude?: string;
}

/** Adds them to a command. */
export function withSpecOptions(command: Command): Command {
  command
    .option('--repo <url>', 'Git repository, Helm repository or registry')
    .option('--path <path>', 'folder in the repository')
    .option('--revision <revision>', 'branch, tag, commit or range of versions')
    .option('--helm-chart <name>', 'chart of a Helm repository')
    .option('--dest-server <url>', 'address of the cluster')
    .option('--dest-name <name>', 'name of the cluster')
    .option('--dest-namespace <namespace>', 'where namespaced objects go that name no namespace')
    .option('--revision-history-limit <number>', 'deployments that the status shows', Number)
    .addOption(
      new Option('--sync-policy <policy>', 'automated or none').choices([
        'automated',
        'automatic',
        'auto',
        'none',
        '',
      ]),
    )
    .option(
      '--sync-option <option>',
      'such as CreateNamespace=true; with ! before it, removed; several times',
      several,
    )
    .option('--sync-retry-limit <number>', 'how often a failed sync is tried again; 0 never', Number)
    .option('--values <file>', 'Helm values file in the repository; several times', several)
    .option('--values-literal-file <file>', 'values for Helm, read from a file here')
    .option('--helm-set <key=value>', 'Helm parameter; several times', several)
    .option('--helm-set-string <key=value>', 'Helm parameter that stays a string; several times', several)
    .option(
      '--helm-set-file <key=path>',
      'Helm parameter from a file in the repository; several times',
      several,
    )
    .option('-p, --parameter <key=value>', 'the same as --helm-set', several)
    .option('--release-name <name>', 'Helm release name')
    .option('--helm-version <version>', 'render as Helm v3 or v4')
    .option('--helm-namespace <namespace>', 'namespace that templates see')
    .option('--helm-kube-version <version>', 'version of Kubernetes that templates see')
    .option('--helm-api-versions <version>', 'API version that templates see; several times', several)
    .option('--nameprefix <prefix>', 'Kustomize name prefix')
    .option('--namesuffix <suffix>', 'Kustomize name suffix')
    .option('--kustomize-image <image>', 'Kustomize image; several times', several)
    .option('--kustomize-replica <name=count>', 'Kustomize replicas; several times', several)
    .option('--kustomize-namespace <namespace>', 'Kustomize namespace')
    .option('--kustomize-common-label <key=value>', 'Kustomize common label; several times', several)
    .option(
      '--kustomize-common-annotation <key=value>',
      'Kustomize common annotation; several times',
      several,
    )
    .option('--directory-include <pattern>', 'only files that match')
    .option('--directory-exclude <pattern>', 'not files that match');
  for (const [name, description] of SWITCHES)
    command.option(`--${name}`, description).addOption(new Option(`--no-${name}`).hideHelp());
  return command;
}

/** Each can be given as `--name`, `--name=false` or `--no-name`. */
const SWITCHES: readonly (readonly [name: string, description: string])[] = [
  ['auto-prune', 'remove what is no longer in Git'],
  ['self-heal', 'undo changes made in the cluster'],
  ['allow-empty', 'let automation remove the last object, too'],
  ['ignore-missing-value-files', 'leave out Helm values files that are not there'],
  ['helm-pass-credentials', 'send the credentials of a Helm repository to other hosts, too'],
  ['helm-skip-crds', 'leave out the definitions in crds/'],
  ['helm-skip-tests', 'leave out test hooks'],
  ['helm-skip-schema-validation', 'do not check values against values.schema.json'],
  ['directory-recurse', 'read subfolders'],
];
