import { HelmError } from '../chart/chart-error.js';

const RELEASE_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** Names of objects made from it have 63 characters, and charts append to it. */
const MAX_LENGTH = 53;

/** Refuses what Helm takes for no name of a release. @throws HelmError `helm/release-name`. */
export function assertReleaseName(name: string): void {
  if (name.length <= MAX_LENGTH && RELEASE_NAME.test(name)) return;
  const problem =
    name === ''
      ? 'no name provided'
      : `invalid release name, must match regex ${RELEASE_NAME.source} and the length must not be longer than ${MAX_LENGTH}`;
  throw new HelmError('helm/release-name', `release name check failed: release name "${name}": ${problem}`, {
    field: 'releaseName',
  });
}
