import { join } from 'node:path';
import type { Config } from '../../config/config.js';
import type { RepositoryAddress } from '../addresses/repository-url.js';
import type { GitClient, GitDriver } from './git-client.port.js';
import { GitError } from './git.errors.js';
import type { IsomorphicGitClient } from './isomorphic/isomorphic-git-client.js';
import type { LocalGitClient } from './local/local-git-client.js';
import type { NativeGitClient } from './native/native-git-client.js';

/** The folder of the demonstration's repository in the data folder. */
const DEMONSTRATION = 'demo';

/** Which driver serves a repository, and why, in words for its status. */
export interface DriverChoice {
  readonly client: GitClient;
  readonly reason: string;
}

/** The drivers of this process. */
export interface Drivers {
  readonly isomorphic: IsomorphicGitClient;
  readonly native: NativeGitClient;
  readonly local: LocalGitClient;
}

/** Picks the driver for an address: what the settings force, else what the address needs. */
export function chooseDriver(
  address: RepositoryAddress,
  drivers: Drivers,
  config: Pick<Config, 'gitDriver' | 'allowLocalRepositories' | 'dataDir'>,
): DriverChoice {
  if (address.kind === 'local') {
    // The demonstration's repository is our own, whatever else is allowed.
    if (!config.allowLocalRepositories && address.path !== join(config.dataDir, DEMONSTRATION))
      throw new GitError(
        'repository_url_denied',
        'Repositories on the machine of the server are switched off. Set LOTSE_ALLOW_LOCAL_REPOS=true to allow them.',
      );
    return { client: drivers.local, reason: 'read in place' };
  }
  if (address.kind === 'oci')
    throw new GitError(
      'repository_url_invalid',
      `${address.url} is a registry, and no Git repository. Name the chart in it: set chart in place of path.`,
    );
  if (address.kind === 'ssh')
    return { client: drivers.native, reason: "ssh goes through the machine's git and ssh" };
  if (config.gitDriver === 'native') return { client: drivers.native, reason: 'chosen by LOTSE_GIT_DRIVER' };
  return {
    client: drivers.isomorphic,
    reason: config.gitDriver === 'isomorphic' ? 'chosen by LOTSE_GIT_DRIVER' : 'in process',
  };
}

/** May the git executable succeed where the in-process driver gave up? Wrong passwords and missing repositories stay so. */
export function isWorthAnotherDriver(error: unknown, driver: GitDriver): boolean {
  return (
    driver === 'isomorphic' &&
    error instanceof GitError &&
    ['repository_too_large', 'repository_unsupported', 'repository_failed', 'repository_corrupt'].includes(
      error.code,
    )
  );
}
