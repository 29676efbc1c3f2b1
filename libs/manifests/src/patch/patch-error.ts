import { CodedError } from '../coded-error.js';

/** Operations one patch may have: the API server's own limit for JSON patches. */
export const MAX_PATCH_OPERATIONS = 10_000;

/** Levels of maps and lists a patch or patched document may have. */
export const MAX_PATCH_DEPTH = 500;

/** Makes the error all patches raise. */
export function patchError(
  code: 'invalid' | 'failed' | 'too-large',
  problem: string,
  field?: string,
): CodedError {
  return new CodedError(
    `patch/${code}`,
    `cannot apply the patch: ${problem}`,
    field === undefined ? {} : { field },
  );
}
