import { expect, it } from 'vitest';
import { WaitingRoom } from './waiting-room.js';

it('sends those away who come while too many wait, and takes others when some have gone', async () => {
  const room = new WaitingRoom(2);
  const ends: (() => void)[] = [];
  const wait = (): Promise<string> =>
    room.run(() => new Promise((resolve) => ends.push(() => resolve('answered'))));
  const waiting = [wait(), wait()];
  await expect(wait()).rejects.toMatchObject({ code: 429, reason: 'TooManyRequests' });
  ends[0]?.();
  expect(await waiting[0]).toBe('answered');
  const next = wait();
  for (const end of ends) end();
  expect(await Promise.all([...waiting, next])).toEqual(['answered', 'answered', 'answered']);
});

it('has room again after requests that fail', async () => {
  const room = new WaitingRoom(1);
  const fail = (): Promise<never> => room.run(() => Promise.reject(new Error('no')));
  await expect(fail()).rejects.toThrow('no');
  await expect(fail()).rejects.toThrow('no');
});
