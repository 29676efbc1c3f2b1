import type { PatchKind } from '../clients/client.js';
import { ApiError } from './api-error.js';

/** The patch a content type names; undefined for others. */
export function patchKindOf(contentType: string): PatchKind | 'apply' | undefined {
  switch (contentType) {
    case 'application/json-patch+json':
      return 'json';
    case 'application/merge-patch+json':
      return 'merge';
    case 'application/strategic-merge-patch+json':
      return 'strategic';
    case 'application/apply-patch+yaml':
      return 'apply';
    default:
      return undefined;
  }
}

/** 415; custom resources have the patches that are served named. */
export function unsupportedPatch(custom = false): ApiError {
  if (!custom) return new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  return new ApiError(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
  );
}
