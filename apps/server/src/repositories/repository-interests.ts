import { Injectable } from '@nestjs/common';
import { parseRepositoryUrl } from './addresses/repository-url.js';

/** One repository somebody follows, and the revisions of it that matter. */
export interface Interest {
  readonly url: string;
  readonly revision: string;
}

/**
 * Who follows which revisions: the repositories that are polled, and which refs a poll has to ask for. The owner is
 * any name, such as an application's; setting replaces what it said before.
 */
@Injectable()
export class RepositoryInterests {
  readonly #byOwner = new Map<string, readonly (Interest & { readonly key: string })[]>();
  readonly #byKey = new Map<string, Map<string, readonly string[]>>();
  readonly #urls = new Map<string, string>();

  /** Addresses that can't be read are left out: whoever resolves them gets the error. */
  set(owner: string, interests: readonly Interest[]): void {
    this.remove(owner);
    const known = interests.flatMap((interest) => {
      try {
        return [{ ...interest, key: parseRepositoryUrl(interest.url).key }];
      } catch {
        return [];
      }
    });
    this.#byOwner.set(owner, known);
    for (const { key, url } of known) {
      const owners = this.#byKey.get(key) ?? new Map<string, readonly string[]>();
      owners.set(
        owner,
        known.filter((interest) => interest.key === key).map(({ revision }) => revision),
      );
      this.#byKey.set(key, owners);
      if (!this.#urls.has(key)) this.#urls.set(key, url);
    }
  }

  remove(owner: string): void {
    for (const { key } of this.#byOwner.get(owner) ?? []) {
      const owners = this.#byKey.get(key);
      owners?.delete(owner);
      if (owners?.size === 0) {
        this.#byKey.delete(key);
        this.#urls.delete(key);
      }
    }
    this.#byOwner.delete(owner);
  }

  /** Every followed repository once: key and an address that leads there. */
  repositories(): ReadonlyMap<string, string> {
    return this.#urls;
  }

  revisionsOf(key: string): ReadonlySet<string> {
    return new Set([...(this.#byKey.get(key)?.values() ?? [])].flat());
  }

  isFollowed(key: string): boolean {
    return this.#byKey.has(key);
  }
}
