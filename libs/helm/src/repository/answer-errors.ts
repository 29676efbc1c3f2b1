import { HelmError } from '../chart/chart-error.js';
import type { TransportResponse } from './chart-transport.js';

/**
 * Throws {@link HelmError} with what an answer that is no success means for `what` (`the index of https://…`).
 * @param hintWhenMissing ends the sentence when there is nothing.
 */
export function refuseFailure(
  response: TransportResponse,
  what: string,
  hasCredentials: boolean,
  hintWhenMissing = '',
): void {
  const { status } = response;
  if (status >= 200 && status < 300) return;
  if (status === 401 || status === 403)
    throw new HelmError(
      'helm/repository-denied',
      hasCredentials
        ? `${what}: the server refuses the credentials (HTTP ${status}). Check user name and password, and that they may read it`
        : `${what}: the server wants credentials (HTTP ${status}). Register the repository with a user name and a password`,
    );
  if (status === 404 || status === 410)
    throw new HelmError(
      'helm/chart-missing',
      `${what}: there is nothing (HTTP ${status}). Check the address and the name${hintWhenMissing}`,
    );
  const wait = response.headers['retry-after'];
  throw new HelmError(
    'helm/repository-unreachable',
    `${what}: the server answers with HTTP ${status}${wait === undefined ? '' : `, to be tried again after ${wait.slice(0, 40)}`}`,
  );
}
