import { CodedError } from '@lotse/manifests';
import { redactText } from '../../logging/redact.js';

/** Everything that can go wrong with a repository. */
export type GitErrorCode =
  | 'repository_url_invalid'
  | 'repository_url_denied'
  | 'repository_unreachable'
  | 'repository_denied'
  | 'repository_not_found'
  | 'repository_too_large'
  | 'repository_timeout'
  | 'repository_corrupt'
  | 'repository_unsupported'
  | 'repository_failed'
  | 'revision_not_found'
  | 'revision_invalid'
  | 'git_object_missing'
  | 'git_object_corrupt';

/** An error about a repository. Texts from elsewhere are cleaned of credentials. */
export class GitError extends CodedError {
  declare readonly code: GitErrorCode;

  constructor(code: GitErrorCode, message: string, cause?: unknown) {
    super(code, redactText(message), {}, cause === undefined ? undefined : { cause });
    this.name = 'GitError';
  }
}

const CORRUPTION: readonly string[] = [
  'git_object_corrupt',
  'git_object_missing',
  'repository_corrupt',
] satisfies GitErrorCode[];

/** Was this error about damaged or missing objects, so that a fresh mirror could help? Also when it came from a worker. */
export function isCorruption(error: unknown): boolean {
  return error instanceof CodedError && CORRUPTION.includes(error.code);
}
