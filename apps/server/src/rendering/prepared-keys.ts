import { generateKeyPair, type KeyObject } from 'node:crypto';
import { newRsaKey } from '@lotse/helm';

/** Keys kept ready of each size: as many as charts with several certificates use, and some seconds of work at most. */
const MAX_READY = 8;

/**
 * RSA keys made between renders, on threads that have nothing else to do: charts that make certificates would take as long
 * as their keys do. Each key is given out once. As many are made as the last render that used any did use, so nothing is
 * made where no chart wants keys.
 */
export class PreparedKeys {
  readonly #ready = new Map<number, KeyObject[]>();
  readonly #used = new Map<number, number>();
  #isMaking = false;

  /** A key that is ready, or one made now. */
  readonly take = (bits: number): KeyObject => {
    this.#used.set(bits, (this.#used.get(bits) ?? 0) + 1);
    return this.#ready.get(bits)?.pop() ?? newRsaKey(bits);
  };

  /** How many keys of a size are ready. */
  ready(bits: number): number {
    return this.#ready.get(bits)?.length ?? 0;
  }

  /** After a render: makes what the next one like it will use, one after the other. */
  async refill(): Promise<void> {
    const wanted = [...this.#used];
    this.#used.clear();
    if (this.#isMaking) return;
    this.#isMaking = true;
    try {
      for (const [bits, used] of wanted) {
        while (this.ready(bits) < Math.min(used, MAX_READY)) {
          const key = await make(bits);
          this.#ready.set(bits, [...(this.#ready.get(bits) ?? []), key]);
        }
      }
    } finally {
      this.#isMaking = false;
    }
  }
}

function make(bits: number): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength: bits }, (error, _, privateKey) => {
      if (error) reject(error);
      else resolve(privateKey);
    });
  });
}
