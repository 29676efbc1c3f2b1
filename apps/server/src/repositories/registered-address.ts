import { parseChartAddress } from '@lotse/helm';
import { chartKey } from '../charts/chart-key.js';
import { parseRepositoryUrl } from './addresses/repository-url.js';

/** What a repository serves. */
export type RepositoryType = 'git' | 'helm';

/** An address as it is registered, for Git or for charts. */
export interface RegisteredAddress {
  readonly url: string;
  /** The same for all ways to write one address, whatever it serves. */
  readonly key: string;
  /** What its status is kept under. */
  readonly statusKey: string;
  readonly username: string | undefined;
}

/** @throws CodedError when the address can't be read. */
export function registeredAddress(text: string, type: RepositoryType): RegisteredAddress {
  if (type === 'git') {
    const address = parseRepositoryUrl(text);
    return {
      url: address.kind === 'local' ? address.path : address.url,
      key: address.key,
      statusKey: address.key,
      username: address.kind === 'http' ? address.username : undefined,
    };
  }
  const address = parseChartAddress(text);
  const statusKey = chartKey(address);
  const url = address.kind === 'http' ? address.url : statusKey;
  return { url, key: parseRepositoryUrl(url).key, statusKey, username: undefined };
}

/** The key of an address somebody asks for: of Git, or of a registry that was written without scheme. */
export function keyOfAddress(text: string): string {
  try {
    return parseRepositoryUrl(text).key;
  } catch (error) {
    try {
      return registeredAddress(text, 'helm').key;
    } catch {
      throw error;
    }
  }
}
