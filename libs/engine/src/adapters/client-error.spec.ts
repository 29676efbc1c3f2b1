import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { endUnreadable } from './client-error.js';

const ended = (code: string): { readonly said: string; readonly isGone: boolean } => {
  const socket = new PassThrough();
  endUnreadable(Object.assign(new Error('unreadable'), { code }), socket);
  const said = String(socket.read() ?? '');
  return { said, isGone: socket.destroyed || socket.writableEnded };
};

describe('a connection whose request can not be read', () => {
  it('is told so', () => {
    const { said, isGone } = ended('HPE_INVALID_METHOD');
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(isGone).toBe(true);
  });

  it('is closed without a word when nothing was ever asked on it', () => {
    expect(ended('ERR_HTTP_REQUEST_TIMEOUT')).toEqual({ said: '', isGone: true });
  });
});
