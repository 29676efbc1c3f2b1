import { CodedError } from '@lotse/manifests';

/** There is no such application, or the caller may not know of it. */
export function applicationNotFound(name: string): CodedError {
  return new CodedError(
    'application_not_found',
    `There is no application ${JSON.stringify(name)}. List them with GET /api/v1/applications.`,
  );
}

/** Something is going on already. */
export function operationInProgress(name: string): CodedError {
  return new CodedError(
    'operation_in_progress',
    `Another operation of ${name} is in progress. Wait for it, or stop it with DELETE /api/v1/applications/${name}/operation.`,
  );
}
