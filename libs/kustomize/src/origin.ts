import { emitYaml } from '@lotse/manifests';
import { isRemote } from './loader.js';

/** Where a resource or a change comes from, as `buildMetadata` shows it. */
export interface Origin {
  readonly path: string;
  readonly repo?: string;
  readonly ref?: string;
}

/** Who made or changed a resource. */
export interface ConfiguredBy {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  /** The file with its configuration, when that is not the kustomization. */
  readonly configuredIn?: string;
}

/** The origin of something that a kustomization names by `path`. */
export function appendOrigin(origin: Origin, path: string): Origin {
  if (isRemote(path)) {
    const [address = '', query = ''] = path.split('?', 2);
    const ref = new URLSearchParams(query).get('ref');
    const parts = /^(.*?[^:/])(?:\/\/(.*))?$/.exec(address);
    const folder = parts?.[2];
    const github = /^(https:\/\/github\.com\/[^/]+\/[^/]+)\/(.+)$/.exec(address);
    const repo = folder === undefined && github ? (github[1] ?? '') : (parts?.[1] ?? address);
    return {
      path: folder ?? github?.[2] ?? '',
      repo: repo.startsWith('github.com/') ? `https://${repo}` : repo,
      ...(ref ? { ref } : {}),
    };
  }
  return { ...origin, path: joinPath(origin.path, path) };
}

/** Joins paths as filepath.Join does: `..` may lead above the start. */
export function joinPath(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${base}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function line(indent: string, key: string, value: string | undefined): string {
  return value === undefined || value === '' ? '' : `${indent}${key}: ${emitYaml(value)}`;
}

/** The text of the annotation `config.kubernetes.io/origin`. */
export function formatOrigin({ path, repo, ref }: Origin): string {
  return `${line('', 'path', path)}${line('', 'repo', repo)}${line('', 'ref', ref)}`;
}

/** The origin of what a generator made or a transformer changed. */
export function formatConfigured(
  origin: Omit<Origin, 'path'>,
  configuredIn: string,
  by: ConfiguredBy,
): string {
  const identity = [
    line('  ', 'apiVersion', by.apiVersion),
    line('  ', 'kind', by.kind),
    line('  ', 'name', by.name),
    line('  ', 'namespace', by.namespace),
  ].join('');
  return `${line('', 'repo', origin.repo)}${line('', 'ref', origin.ref)}${line('', 'configuredIn', configuredIn)}configuredBy:\n${identity}`;
}

/** The text of the annotation `alpha.config.kubernetes.io/transformations`. */
export function formatTransformations(origins: readonly string[]): string {
  return origins.map((origin) => `- ${origin.trimEnd().replaceAll('\n', '\n  ')}\n`).join('');
}
