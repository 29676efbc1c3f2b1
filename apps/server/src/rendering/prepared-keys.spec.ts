import { describe, expect, it } from 'vitest';
import { PreparedKeys } from './prepared-keys.js';

const SIZE = 1024;

describe('keys made between renders', () => {
  it('are as many as the last render used', async () => {
    const keys = new PreparedKeys();
    keys.take(SIZE);
    keys.take(SIZE);
    await keys.refill();
    expect([keys.ready(SIZE), keys.ready(2 * SIZE)]).toEqual([2, 0]);
  });

  it('are none where no render used any', async () => {
    const keys = new PreparedKeys();
    await keys.refill();
    expect(keys.ready(SIZE)).toBe(0);
  });

  it('are given out once, and have the size that was asked for', async () => {
    const keys = new PreparedKeys();
    keys.take(SIZE);
    await keys.refill();
    const given = [keys.take(SIZE), keys.take(SIZE), keys.take(2 * SIZE)];
    expect(keys.ready(SIZE)).toBe(0);
    expect(given.map((key) => key.asymmetricKeyDetails?.modulusLength)).toEqual([SIZE, SIZE, 2 * SIZE]);
    const texts = given.map((key) => key.export({ type: 'pkcs1', format: 'pem' }));
    expect(new Set(texts).size).toBe(3);
  });

  it('are never more than some, whatever a chart used', async () => {
    const keys = new PreparedKeys();
    for (let each = 0; each < 20; each++) keys.take(SIZE);
    await keys.refill();
    expect(keys.ready(SIZE)).toBe(8);
  });

  it('are kept when a render that uses none comes between', async () => {
    const keys = new PreparedKeys();
    keys.take(SIZE);
    await keys.refill();
    await keys.refill();
    expect(keys.ready(SIZE)).toBe(1);
  });
});
