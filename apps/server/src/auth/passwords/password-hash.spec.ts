import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './password-hash.js';

describe('a password', () => {
  it('is recognised by its hash, which is another one every time', async () => {
    const [a, b] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(a).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    expect(a).not.toBe(b);
    expect(await verifyPassword('correct horse', a)).toBe(true);
    expect(await verifyPassword('correct horsf', a)).toBe(false);
    expect(await verifyPassword('', a)).toBe(false);
  });

  it.each([undefined, '', 'plain', '$scrypt$ln=15,r=8,p=3$', '$2b$10$abcdefghijklmnopqrstuv'])(
    'is never right against %j',
    async (stored) => {
      expect(await verifyPassword('x', stored)).toBe(false);
    },
  );

  it('typed on another keyboard is the same', async () => {
    expect(await verifyPassword('Ａ\u0308', await hashPassword('Ä'))).toBe(true);
  });
});
