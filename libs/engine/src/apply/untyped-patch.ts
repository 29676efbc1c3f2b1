import { ApiError } from '../api/api-error.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';

/** A configuration that does not fit its kind, as the API server says it: with a 500 (managedfields/internal/typeconverter.go). */
export function untypedPatch(
  { group, version, kind }: Pick<ResourceInfo, 'group' | 'version' | 'kind'>,
  { metadata }: { readonly metadata?: StoredObject['metadata'] },
  problem: string,
): ApiError {
  const { namespace = '', name = '' } = metadata ?? {};
  const subject = `${namespace}/${name}; ${group}/${version}, Kind=${kind}`;
  return new ApiError(500, '', `failed to create typed patch object (${subject}): ${problem}`);
}
