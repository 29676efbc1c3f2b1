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

/** Characters of a patch and its object that an error shows. */
const MOST_SHOWN = 10_000;

/**
 * A strategic merge patch that can't be carried out, in the words of apimachinery, which its users know: one of a wrong form, or one
 * that does not fit the object.
 */
export function mergeError(code: 'malformed' | 'unmergeable', message: string): CodedError {
  return new CodedError(`patch/${code}`, message.slice(0, MOST_SHOWN));
}
