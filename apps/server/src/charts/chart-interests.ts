import { Injectable } from '@nestjs/common';
import { parseChartAddress } from '@lotse/helm';
import { chartKey } from './chart-key.js';

/** A chart that somebody follows. */
export interface ChartInterest {
  readonly repoURL: string;
  readonly chart: string;
  /** Version, range, or empty. */
  readonly version: string;
  readonly project: string;
  readonly passCredentials: boolean;
}

/** Who follows which charts: their repositories are polled. The owner is any name; setting replaces what it said before. */
@Injectable()
export class ChartInterests {
  readonly #byOwner = new Map<string, readonly ChartInterest[]>();
  readonly #byKey = new Map<string, Set<ChartInterest>>();

  /** Addresses that can't be read are left out: whoever fetches from them gets the error. */
  set(owner: string, interests: readonly ChartInterest[]): void {
    this.remove(owner);
    const known = interests.filter(({ repoURL }) => keyOf(repoURL) !== undefined);
    if (known.length === 0) return;
    this.#byOwner.set(owner, known);
    for (const interest of known) {
      const key = keyOf(interest.repoURL) ?? '';
      const followers = this.#byKey.get(key) ?? new Set();
      this.#byKey.set(key, followers.add(interest));
    }
  }

  remove(owner: string): void {
    for (const interest of this.#byOwner.get(owner) ?? []) {
      const key = keyOf(interest.repoURL) ?? '';
      const followers = this.#byKey.get(key);
      followers?.delete(interest);
      if (followers?.size === 0) this.#byKey.delete(key);
    }
    this.#byOwner.delete(owner);
  }

  /** @param key as `chartKey` names the repository. */
  isFollowed(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Everything that is followed, by repository; each wish once. */
  byRepository(): ReadonlyMap<string, readonly ChartInterest[]> {
    return new Map(
      [...this.#byKey].map(([key, interests]) => {
        const wishes = new Map([...interests].map((interest) => [JSON.stringify(interest), interest]));
        return [key, [...wishes.values()]];
      }),
    );
  }
}

function keyOf(repoURL: string): string | undefined {
  try {
    return chartKey(parseChartAddress(repoURL));
  } catch {
    return undefined;
  }
}
