import type { KubeObject } from '@lotse/manifests';
import type { ApplicationComparison, Comparison } from './comparison.js';
import { prepareTargets, type KindLookup, type PreparedTargets } from './prepare-targets.js';

/** What is kept of an application between two looks at it. All of it can be made again. */
export class ApplicationMemory {
  last: Comparison | undefined;
  revision = '';
  digest = '';
  #prepared: { key: string; rendered: readonly KubeObject[]; result: PreparedTargets } | undefined;

  constructor(readonly comparison: ApplicationComparison) {}

  /** The same rendered objects give the very same targets, so that comparisons can be remembered. */
  targets(
    rendered: readonly KubeObject[],
    application: string,
    destination: string,
    kinds: KindLookup,
    kindsGeneration: number,
  ): PreparedTargets {
    const key = `${destination} ${kindsGeneration}`;
    if (this.#prepared?.key === key && this.#prepared.rendered === rendered) return this.#prepared.result;
    const result = prepareTargets(rendered, application, destination, kinds);
    this.#prepared = { key, rendered, result };
    return result;
  }
}
