import { Injectable } from '@nestjs/common';
import { parseRepositoryUrl } from './addresses/repository-url.js';

/** One repository somebody follows, and the revisions of it that matter. */
export interface Interest {
  readonly url: string;
  readonly revision: string;
  /** Whose credentials may be used; default nobody's in particular. */
  readonly project?: string;
}

/**
 * Who follows which revisions: the repositories that are polled, and which refs a poll has to ask for. The owner is
 * any name, such as an application's; setting replaces what it said before.
 */
@Injectable()
export class RepositoryInterests {
  readonly #byOwner = new Map<string, readonly (Interest & { readonly key: string })[]>();
  readonly #byKey = new Map<string, Map<string, readonly Interest[]>>();
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
      const owners = this.#byKey.get(key) ?? new Map<string, readonly Interest[]>();
      owners.set(
        owner,
        known.filter((interest) => interest.key === key),
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

  /** @param concerns says whether what a project follows is asked for. */
  revisionsOf(key: string, concerns: (project: string) => boolean): ReadonlySet<string> {
    return new Set(
      this.#of(key)
        .filter(({ project = '' }) => concerns(project))
        .map(({ revision }) => revision),
    );
  }

  /** The projects that follow a repository. */
  projectsOf(key: string): ReadonlySet<string> {
    return new Set(this.#of(key).map(({ project = '' }) => project));
  }

  isFollowed(key: string): boolean {
    return this.#byKey.has(key);
  }

  #of(key: string): readonly Interest[] {
    return [...(this.#byKey.get(key)?.values() ?? [])].flat();
  }
}
