import { describe, expect, it } from 'vitest';
import { ReconcileQueue } from './reconcile-queue.js';

/** Handles names as told: those in `hanging` never end. */
function setup(groupOf: (name: string) => string) {
  const handled: string[] = [];
  const hanging = new Map<string, () => void>();
  let running = 0;
  let most = 0;
  const queue = new ReconcileQueue(
    async (name) => {
      running++;
      most = Math.max(most, running);
      if (name.startsWith('hung')) await new Promise<void>((resolve) => hanging.set(name, resolve));
      running--;
      handled.push(name);
    },
    () => undefined,
    groupOf,
  );
  const stop = async (): Promise<void> => {
    const stopping = queue.stop();
    for (const release of hanging.values()) release();
    await stopping;
  };
  return { queue, handled, hanging, stop, most: () => most };
}

describe('a queue of reconciles', () => {
  it('goes on with other repositories while all applications of one hang', async () => {
    const { queue, handled, hanging, stop } = setup((name) => name.replace(/-.*/, ''));
    for (let i = 0; i < 100; i++) queue.add(`hung-${i}`);
    for (let i = 0; i < 20; i++) queue.add(`fine-${i}`);
    await expect.poll(() => handled.length).toBe(20);
    expect(hanging.size).toBeLessThan(16);
    await stop();
  });

  it('goes on while many repositories hang', async () => {
    const { queue, handled, stop } = setup((name) => name);
    for (let i = 0; i < 60; i++) queue.add(`hung${i}`);
    for (let i = 0; i < 20; i++) queue.add(`fine${i}`);
    await expect.poll(() => handled.length).toBe(20);
    await stop();
  });

  it('handles a name once at a time, and again when it was added meanwhile', async () => {
    const { queue, handled, hanging, stop } = setup(() => '');
    queue.add('hung');
    await expect.poll(() => hanging.size).toBe(1);
    queue.add('hung');
    queue.add('hung');
    const first = hanging.get('hung');
    hanging.clear();
    first?.();
    await expect.poll(() => hanging.size).toBe(1);
    expect(handled).toEqual(['hung']);
    await stop();
    expect(handled).toEqual(['hung', 'hung']);
  });

  it('does not begin everything at once', async () => {
    const { queue, stop, most } = setup((name) => name);
    for (let i = 0; i < 500; i++) queue.add(`name${i}`);
    await queue.settled();
    expect(most()).toBeLessThanOrEqual(16);
    await stop();
  });

  it('waits for the sooner of two times', async () => {
    const { queue, handled, stop } = setup((name) => name);
    queue.addAfter('soon', 3_600_000);
    queue.addAfter('soon', 1);
    queue.addAfter('soon', 3_600_000);
    await expect.poll(() => handled).toEqual(['soon']);
    await stop();
  });
});
