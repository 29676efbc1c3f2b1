import { isJsonObject } from '@lotse/manifests';
import type { DeletionOptions } from '../clients/client.js';
import { ApiError, badRequest } from './api-error.js';
import type { ApiRequest } from './api-request.js';
import { contentTypeOf, readBody } from './read-body.js';

/** How a delete is meant, from its body (DeleteOptions) and its query. Throws for values that are not known. */
export function readDeletionOptions(request: ApiRequest): DeletionOptions {
  const body =
    request.body.length > 0
      ? readBody(request.body, contentTypeOf(request.header('content-type'))).value
      : {};
  if (!isJsonObject(body)) throw badRequest('the body of a delete must be DeleteOptions');
  const grace = body['gracePeriodSeconds'] ?? numberOf(request.query.get('gracePeriodSeconds'));
  const policy = body['propagationPolicy'] ?? request.query.get('propagationPolicy') ?? undefined;
  const orphan = body['orphanDependents'] ?? request.query.get('orphanDependents') ?? undefined;
  if (policy !== undefined && policy !== 'Orphan' && policy !== 'Background' && policy !== 'Foreground') {
    throw new ApiError(
      422,
      'Invalid',
      `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: ${JSON.stringify(policy)}: supported values: "Background", "Foreground", "Orphan", "nil"`,
    );
  }
  const dryRun = body['dryRun'];
  const preconditions = body['preconditions'];
  return {
    ...(typeof grace === 'number' && { gracePeriodSeconds: grace }),
    ...(policy !== undefined && { propagationPolicy: policy }),
    ...(policy === undefined &&
      orphan !== undefined && {
        propagationPolicy:
          orphan === true || orphan === 'true' ? ('Orphan' as const) : ('Background' as const),
      }),
    ...(isJsonObject(preconditions) && { preconditions }),
    dryRun: readDryRun([
      ...(Array.isArray(dryRun) ? dryRun.map(String) : []),
      ...request.query.getAll('dryRun'),
    ]),
  };
}

/** True for `dryRun=All`. Throws for other values. */
export function readDryRun(values: readonly string[]): boolean {
  for (const value of values) {
    if (value !== 'All')
      throw new ApiError(
        422,
        'Invalid',
        `CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ${JSON.stringify(value)}: supported values: "All"`,
      );
  }
  return values.length > 0;
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^-?\d{1,12}$/.test(text) ? Number(text) : undefined;
}
