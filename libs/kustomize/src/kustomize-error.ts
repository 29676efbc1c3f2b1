import { CodedError, type ErrorPlace } from '@lotse/manifests';

/** Makes the error every part of a build raises. */
export function kustomizeError(
  code: string,
  message: string,
  place: ErrorPlace = {},
  cause?: unknown,
): CodedError {
  return new CodedError(`kustomize/${code}`, message, place, cause === undefined ? undefined : { cause });
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
