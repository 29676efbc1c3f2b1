import type { KubeObject } from '@lotse/manifests';
import { ANNOTATION, annotation, annotationList } from '../annotations.js';

/** How dependents of a pruned object are deleted. */
export type PropagationPolicy = 'foreground' | 'background' | 'orphan';

/** Options that concern a whole sync, read from `syncPolicy.syncOptions` and the operation. */
export interface SyncOptions {
  readonly prune: boolean | 'confirm';
  readonly pruneLast: boolean;
  readonly propagation: PropagationPolicy;
  readonly validate: boolean;
  readonly skipDryRunOnMissingResource: boolean;
  readonly applyOutOfSyncOnly: boolean;
  readonly replace: boolean;
  readonly force: boolean;
  readonly createNamespace: boolean;
  readonly failOnSharedResource: boolean;
  readonly respectIgnoreDifferences: boolean;
}

/** Options as one object overrides them. */
export interface ResourceSyncOptions {
  readonly prune: boolean | 'confirm';
  readonly pruneLast: boolean;
  readonly delete: boolean | 'confirm';
  readonly validate: boolean;
  readonly skipDryRunOnMissingResource: boolean;
  readonly replace: boolean;
  readonly force: boolean;
}

function flags(options: readonly string[]): Map<string, string> {
  const read = new Map<string, string>();
  for (const option of options) {
    const at = option.indexOf('=');
    if (at > 0) read.set(option.slice(0, at).trim(), option.slice(at + 1).trim());
  }
  return read;
}

function prunable(value: string | undefined, fallback: boolean | 'confirm'): boolean | 'confirm' {
  return value === 'false' ? false : value === 'confirm' ? 'confirm' : value === 'true' ? true : fallback;
}

function propagation(value: string | undefined): PropagationPolicy {
  return value === 'background' || value === 'orphan' ? value : 'foreground';
}

/** Reads options in the form `Name=value`; later ones win, unknown ones are left alone. */
export function readSyncOptions(options: readonly string[]): SyncOptions {
  const read = flags(options);
  const on = (name: string): boolean => read.get(name) === 'true';
  return {
    prune: prunable(read.get('Prune'), true),
    pruneLast: on('PruneLast'),
    propagation: propagation(read.get('PrunePropagationPolicy')),
    validate: read.get('Validate') !== 'false',
    skipDryRunOnMissingResource: on('SkipDryRunOnMissingResource'),
    applyOutOfSyncOnly: on('ApplyOutOfSyncOnly'),
    replace: on('Replace'),
    force: on('Force'),
    createNamespace: on('CreateNamespace'),
    failOnSharedResource: on('FailOnSharedResource'),
    respectIgnoreDifferences: on('RespectIgnoreDifferences'),
  };
}

/** The options of a sync as its object overrides them by annotation. Helm's `resource-policy: keep` protects from pruning and deletion. */
export function resourceSyncOptions(object: KubeObject, options: SyncOptions): ResourceSyncOptions {
  const read = flags(annotationList(object, ANNOTATION.syncOptions));
  const kept = annotation(object, ANNOTATION.helmResourcePolicy) === 'keep';
  const flag = (name: string, fallback: boolean): boolean => {
    const value = read.get(name);
    return value === undefined ? fallback : value === 'true';
  };
  return {
    prune: prunable(read.get('Prune'), kept ? false : options.prune),
    pruneLast: flag('PruneLast', options.pruneLast),
    delete: prunable(read.get('Delete'), !kept),
    validate: read.get('Validate') === 'false' ? false : options.validate,
    skipDryRunOnMissingResource: flag('SkipDryRunOnMissingResource', options.skipDryRunOnMissingResource),
    replace: flag('Replace', options.replace),
    force: flag('Force', options.force),
  };
}
