import type { Application } from '../application/types.js';
import { globMatch } from '../sources/glob.js';
import type { SyncWindow } from './sync-window.js';

const anyOf = (patterns: readonly string[], values: readonly (string | undefined)[]): boolean =>
  patterns.some((pattern) =>
    values.some((value) => value && globMatch(pattern, value, { separator: false })),
  );

/** The windows that are about an application: by its name, its cluster or its namespace. One that names none is about none. */
export function windowsOf(windows: readonly SyncWindow[], { metadata, spec }: Application): SyncWindow[] {
  const { destination } = spec;
  return windows.filter(({ applications, clusters, namespaces, andOperator }) => {
    const answers: boolean[] = [];
    if (applications?.length) answers.push(anyOf(applications, [metadata.name]));
    if (clusters?.length) answers.push(anyOf(clusters, [destination.name, destination.server]));
    if (namespaces?.length) answers.push(anyOf(namespaces, [destination.namespace]));
    if (answers.length === 0) return false;
    return andOperator === true ? answers.every(Boolean) : answers.some(Boolean);
  });
}
