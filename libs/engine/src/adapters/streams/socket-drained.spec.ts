import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { MOST_PENDING_BYTES, socketDrained } from './socket-drained.js';

const settled = async (waiting: Promise<void>): Promise<boolean> =>
  await Promise.race([
    waiting.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(() => resolve(false))),
  ]);

it('waits for a client that takes nothing, until it takes it or goes', async () => {
  const socket = new PassThrough();
  expect(await settled(socketDrained(socket))).toBe(true);
  socket.write(new Uint8Array(2 * MOST_PENDING_BYTES));
  socket.write(new Uint8Array(2 * MOST_PENDING_BYTES));
  const waiting = socketDrained(socket);
  expect(await settled(waiting)).toBe(false);
  socket.resume();
  await waiting;

  const gone = new PassThrough();
  gone.write(new Uint8Array(2 * MOST_PENDING_BYTES));
  gone.write(new Uint8Array(2 * MOST_PENDING_BYTES));
  const held = socketDrained(gone);
  expect(await settled(held)).toBe(false);
  gone.destroy();
  await held;
  expect(gone.listenerCount('drain')).toBe(0);
});
