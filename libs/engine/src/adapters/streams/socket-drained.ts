import type { Duplex } from 'node:stream';

/** Bytes sent and not taken by the client at which a command waits. */
export const MOST_PENDING_BYTES = 1024 * 1024;

/** Waits until a client has taken most of what was sent to it, or has gone. */
export async function socketDrained(socket: Duplex): Promise<void> {
  if (socket.destroyed || socket.writableLength < MOST_PENDING_BYTES) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}
