import { isJsonObject, type JsonValue } from '@lotse/manifests';

/** One thing wrong with an application, at a field. */
export interface SpecProblem {
  readonly field: string;
  readonly message: string;
}

const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
/** Durations as Go writes them. */
const DURATION = /^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/;

/**
 * What is wrong with an Application, in words for its author; empty when it can be used.
 * Only what would make it impossible to deliver is refused: unknown fields are left to the API's schema.
 */
export function validateApplication(object: unknown): SpecProblem[] {
  const problems: SpecProblem[] = [];
  const refuse = (field: string, message: string): void => void problems.push({ field, message });
  if (!isJsonObject(object)) return [{ field: '', message: 'an Application must be an object' }];
  const name = isJsonObject(object['metadata']) ? object['metadata']['name'] : undefined;
  if (typeof name !== 'string' || !NAME.test(name)) {
    refuse(
      'metadata.name',
      `application name ${quote(name)} must consist of lower case letters, digits, '-' or '.', and start and end with a letter or digit`,
    );
  }
  const spec = object['spec'];
  if (!isJsonObject(spec)) {
    refuse('spec', 'spec is required: give it a destination and a source');
    return problems;
  }
  validateDestination(spec['destination'], refuse);
  validateSources(spec, refuse);
  validatePolicy(spec['syncPolicy'], refuse);
  validateIgnores(spec['ignoreDifferences'], refuse);
  return problems;
}

type Refuse = (field: string, message: string) => void;

function quote(value: unknown): string {
  return value === undefined ? '(missing)' : JSON.stringify(value);
}

function validateDestination(destination: JsonValue | undefined, refuse: Refuse): void {
  if (!isJsonObject(destination)) {
    refuse(
      'spec.destination',
      'a destination is required, such as {server: https://kubernetes.default.svc, namespace: default}',
    );
    return;
  }
  const { server, name } = destination;
  if (typeof server === 'string' && server !== '' && typeof name === 'string' && name !== '') {
    refuse(
      'spec.destination',
      `application destination can't have both name and server defined: ${quote(name)} ${quote(server)}; keep one`,
    );
  }
  if ((server === undefined || server === '') && (name === undefined || name === '')) {
    refuse(
      'spec.destination',
      'the destination names no cluster: set server to https://kubernetes.default.svc for the built-in one',
    );
  }
}

function validateSources(spec: { [key: string]: JsonValue }, refuse: Refuse): void {
  const { source, sources } = spec;
  if (Array.isArray(sources) && sources.length > 0) {
    for (const [index, each] of sources.entries()) validateSource(each, `spec.sources[${index}]`, refuse);
    return;
  }
  if (source === undefined) {
    refuse('spec.source', 'a source is required: repoURL, path and targetRevision');
    return;
  }
  validateSource(source, 'spec.source', refuse);
}

function validateSource(source: JsonValue, field: string, refuse: Refuse): void {
  if (!isJsonObject(source)) {
    refuse(field, `must be an object, not ${quote(source)}`);
    return;
  }
  const { repoURL, path, chart, ref } = source;
  if (typeof repoURL !== 'string' || repoURL === '')
    refuse(`${field}.repoURL`, 'the URL of a repository is required');
  else if (URL.canParse(repoURL) && new URL(repoURL).password !== '')
    refuse(
      `${field}.repoURL`,
      'contains a password. Register the repository with its credentials instead, and leave them out here',
    );
  const has = (value: JsonValue | undefined): boolean => typeof value === 'string' && value !== '';
  if (!has(path) && !has(chart) && !has(ref))
    refuse(field, `${field}.repoURL and either ${field}.path or ${field}.chart are required`);
  if (has(path) && has(chart)) refuse(field, `${field}.path and ${field}.chart can't both be set`);
  if (typeof path === 'string' && (path.startsWith('/') || path.split('/').includes('..'))) {
    refuse(
      `${field}.path`,
      `path ${quote(path)} must stay inside the repository: no leading '/' and no '..'`,
    );
  }
  const kinds = ['helm', 'kustomize', 'directory', 'plugin'].filter(
    (kind) => source[kind] !== undefined && source[kind] !== null,
  );
  if (kinds.length > 1) refuse(field, `multiple application sources defined: ${kinds.join(', ')}; keep one`);
}

function validatePolicy(policy: JsonValue | undefined, refuse: Refuse): void {
  if (!isJsonObject(policy)) return;
  const { syncOptions, retry } = policy;
  if (syncOptions !== undefined && syncOptions !== null) {
    if (!Array.isArray(syncOptions))
      refuse('spec.syncPolicy.syncOptions', 'must be a list such as [CreateNamespace=true]');
    else {
      for (const [index, option] of syncOptions.entries()) {
        if (typeof option !== 'string' || !option.includes('=')) {
          refuse(`spec.syncPolicy.syncOptions[${index}]`, `${quote(option)} is not of the form Name=value`);
        }
      }
    }
  }
  if (!isJsonObject(retry)) return;
  const backoff = retry['backoff'];
  if (!isJsonObject(backoff)) return;
  for (const key of ['duration', 'maxDuration']) {
    const value = backoff[key];
    if (value !== undefined && (typeof value !== 'string' || !DURATION.test(value))) {
      refuse(`spec.syncPolicy.retry.backoff.${key}`, `${quote(value)} is not a duration such as 5s or 3m`);
    }
  }
}

function validateIgnores(ignores: JsonValue | undefined, refuse: Refuse): void {
  if (!Array.isArray(ignores)) return;
  for (const [index, ignore] of ignores.entries()) {
    if (!isJsonObject(ignore) || typeof ignore['kind'] !== 'string') {
      refuse(`spec.ignoreDifferences[${index}].kind`, 'the kind to ignore differences of is required');
    }
  }
}
