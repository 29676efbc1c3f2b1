import type { Duplex } from 'node:stream';

/**
 * Ends a connection whose request could not be read. One that was opened in advance and never used is closed without a word: an
 * answer to nothing confuses its client.
 */
export function endUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  const isUnused = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (!socket.writable || isUnused) socket.destroy();
  else socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
}
