import { describe, expect, it } from 'vitest';
import { LoginLimit } from './login-limit.js';

function limitAt(): { limit: LoginLimit; pass: (ms: number) => void } {
  let now = 1_000_000;
  return { limit: new LoginLimit(() => now), pass: (ms) => (now += ms) };
}

describe('tries to sign in', () => {
  it('wait longer and longer after the fifth failure, but never for ever', () => {
    const { limit, pass } = limitAt();
    for (let i = 0; i < 4; i++) limit.failed('admin', '1.1.1.1');
    expect(limit.waitMs('admin', '1.1.1.1')).toBe(0);
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      limit.failed('admin', '1.1.1.1');
      waits.push(limit.waitMs('admin', '1.1.1.1'));
      pass(waits.at(-1) ?? 0);
      expect(limit.waitMs('admin', '1.1.1.1')).toBe(0);
    }
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(Math.max(...waits)).toBe(300_000);
  });

  it('of others are not held up', () => {
    const { limit } = limitAt();
    for (let i = 0; i < 10; i++) limit.failed('admin', '1.1.1.1');
    expect(limit.waitMs('admin', '2.2.2.2')).toBe(0);
    expect(limit.waitMs('alice', '1.1.1.1')).toBe(0);
  });

  it('at many accounts from one address are slowed down as well', () => {
    const { limit } = limitAt();
    for (let i = 0; i < 31; i++) limit.failed(`user-${i}`, '1.1.1.1');
    expect(limit.waitMs('someone-else', '1.1.1.1')).toBeGreaterThan(0);
  });

  it('begin anew after a success and after a while', () => {
    const { limit, pass } = limitAt();
    for (let i = 0; i < 6; i++) limit.failed('admin', '1.1.1.1');
    limit.succeeded('admin', '1.1.1.1');
    expect(limit.waitMs('admin', '1.1.1.1')).toBe(0);
    for (let i = 0; i < 6; i++) limit.failed('admin', '1.1.1.1');
    pass(16 * 60_000);
    expect(limit.waitMs('admin', '1.1.1.1')).toBe(0);
  });

  it('do not fill the memory', () => {
    const { limit } = limitAt();
    for (let i = 0; i < 20_000; i++) limit.failed(`user-${i}`, `10.0.${i >> 8}.${i & 255}`);
    expect(limit.waitMs('user-19999', '10.0.78.31')).toBe(0);
  });
});
