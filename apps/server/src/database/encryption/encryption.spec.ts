import { describe, expect, it } from 'vitest';
import { Encryption } from './encryption.js';

const encryption = new Encryption(Buffer.alloc(32, 1));

describe('an encrypted value', () => {
  it('can be read again, and never looks the same twice', () => {
    const [a, b] = [encryption.encrypt('canary', 'x'), encryption.encrypt('canary', 'x')];
    expect(encryption.decrypt(a, 'x')).toBe('canary');
    expect(a.equals(b)).toBe(false);
    expect(a.includes('canary')).toBe(false);
  });

  it('can not be moved to another place, changed or cut', () => {
    const value = encryption.encrypt('canary', 'repository a');
    expect(() => encryption.decrypt(value, 'repository b')).toThrowError(/changed or moved/);
    for (let i = 0; i < value.length; i++) {
      const bad = Buffer.from(value);
      bad[i] = (bad[i] ?? 0) ^ 1;
      expect(() => encryption.decrypt(bad, 'repository a')).toThrow();
    }
    expect(() => encryption.decrypt(value.subarray(0, 10), 'repository a')).toThrowError(/damaged/);
  });

  it('says so when the key is another one', () => {
    const value = new Encryption(Buffer.alloc(32, 2)).encrypt('canary', 'x');
    expect(() => encryption.decrypt(value, 'x')).toThrowError(/another key.*LOTSE_ENCRYPTION_KEY/);
  });

  it('is read with the keys of before, and written with the newest', () => {
    const [old, current] = [Buffer.alloc(32, 2), Buffer.alloc(32, 3)];
    const rotated = new Encryption(current, old);
    expect(rotated.decrypt(new Encryption(old).encrypt('canary', 'x'), 'x')).toBe('canary');
    expect(new Encryption(current).decrypt(rotated.encrypt('canary', 'x'), 'x')).toBe('canary');
    expect(() => new Encryption(current, Buffer.alloc(3))).toThrowError(/32 bytes/);
  });
});
