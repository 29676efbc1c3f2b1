import { compareSync } from 'bcryptjs';
import { expect, it } from 'vitest';
import { digestFunctions } from './digests.js';

const seeded = (seed: number) => () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
const hashed = (password: string, seed: number): string =>
  String(digestFunctions(seeded(seed))['bcrypt']?.call(password));

it('hashes a password by its salt: the same again from the same seed, and another from another', () => {
  const first = hashed('secret', 7);
  expect(hashed('secret', 7)).toBe(first);
  expect(hashed('other', 7)).not.toBe(first);
  expect(hashed('secret', 8)).not.toBe(first);
  for (const hash of [first, hashed('secret', 7), hashed('secret', 8)])
    expect(compareSync('secret', hash)).toBe(true);
});
