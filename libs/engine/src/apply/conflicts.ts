import { ApiError } from '../api/api-error.js';
import { pathText, type FieldSet } from './field-set.js';
import type { Manager } from './manager-entry.js';

/** A field that an applier wants to change and somebody else owns. */
interface Conflict {
  readonly owner: string;
  readonly path: string;
}

/** 409 in Kubernetes' words: which fields, whose (managedfields/internal/conflict.go). */
export function applyConflict(
  found: readonly { readonly manager: Manager; readonly fields: FieldSet }[],
): ApiError {
  const conflicts: Conflict[] = [];
  for (const { manager, fields } of found) {
    for (const path of fields.paths()) conflicts.push({ owner: ownerText(manager), path: pathText(path) });
  }
  return new ApiError(409, 'Conflict', message(conflicts), {
    causes: conflicts.map(({ owner, path }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${owner}`,
      field: path,
    })),
  });
}

function message(conflicts: readonly Conflict[]): string {
  const [only] = conflicts;
  if (only && conflicts.length === 1)
    return `Apply failed with 1 conflict: conflict with ${only.owner}: ${only.path}`;
  const byOwner = Map.groupBy(conflicts, ({ owner }) => owner);
  const parts = [...byOwner.keys()].sort().map((owner) => {
    const paths = (byOwner.get(owner) ?? []).map(({ path }) => `- ${path}`);
    return `conflicts with ${owner}:\n${paths.join('\n')}`;
  });
  return `Apply failed with ${conflicts.length} conflicts: ${parts.join('\n')}`;
}

function ownerText({ manager, operation, apiVersion, subresource }: Manager): string {
  const name =
    JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
