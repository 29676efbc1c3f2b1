import { constants, createDeflate } from 'node:zlib';
import { expect, it } from 'vitest';
import { SeededRandom } from '../../random.js';
import { spdyDictionary } from './spdy-dictionary.js';
import { SpdyHeaderCodec } from './spdy-headers.js';
import { SpdySession, type SpdyStream } from './spdy-session.js';

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

function open() {
  const written: Buffer[] = [];
  const streams: SpdyStream[] = [];
  const state = { ended: 0, closed: 0 };
  const session = new SpdySession(
    { write: (bytes) => written.push(Buffer.from(bytes)), end: () => state.ended++ },
    (stream) => streams.push(stream),
    () => state.closed++,
  );
  return { session, written, streams, state };
}

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

const frame = (type: number, payload: Buffer, flags = 0): Buffer => {
  const length = number(payload.length);
  length[0] = flags;
  return Buffer.concat([number(0x80030000 | type), length, payload]);
};

const data = (id: number, text: string, flags = 0): Buffer => {
  const length = number(text.length);
  length[0] = flags;
  return Buffer.concat([number(id), length, Buffer.from(text)]);
};

/** Compresses header blocks as a client does, all with one memory. */
function client() {
  const deflate = createDeflate({ dictionary: spdyDictionary() });
  let out: Buffer[] = [];
  deflate.on('data', (chunk: Buffer) => out.push(chunk));
  return async (id: number, headers: Record<string, string>, flags = 0): Promise<Buffer> => {
    const words = Object.entries(headers).flatMap((pair) =>
      pair.flatMap((word) => [number(word.length), Buffer.from(word)]),
    );
    out = [];
    await new Promise<void>((resolve) => {
      deflate.write(Buffer.concat([number(Object.keys(headers).length), ...words]));
      deflate.flush(constants.Z_SYNC_FLUSH, resolve);
    });
    return frame(1, Buffer.concat([number(id), number(0), Buffer.alloc(2), ...out]), flags);
  };
}

it('has the dictionary of the protocol', () => {
  expect(spdyDictionary().length).toBe(1423);
});

it('opens streams, answers them, and carries data both ways in any pieces', async () => {
  const { session, written, streams, state } = open();
  const syn = client();
  const input = Buffer.concat([
    await syn(1, { streamType: 'error' }, 1),
    await syn(3, { streamType: 'stdin' }),
    data(3, 'hello'),
    data(3, '', 1),
    frame(6, number(7)),
  ]);
  for (const byte of input) session.receive(Buffer.from([byte]));
  await settle();
  expect(streams.map(({ id, headers }) => [id, headers.get('streamtype')])).toEqual([
    [1, 'error'],
    [3, 'stdin'],
  ]);
  const received: string[] = [];
  streams[1]?.onData((chunk) => received.push(chunk ? Buffer.from(chunk).toString() : 'end'));
  expect(received).toEqual(['hello', 'end']);
  const types = written.map((bytes) => bytes.readUInt32BE(0) & 0xffff);
  expect(types).toEqual([2, 2, 6]);
  streams[0]?.write(Buffer.from('oops'));
  streams[0]?.end();
  streams[0]?.end();
  expect(written.slice(3).map((bytes) => bytes.toString('hex'))).toEqual([
    '00000001000000046f6f7073',
    '0000000101000000',
  ]);
  session.close();
  session.close();
  expect(state).toEqual({ ended: 1, closed: 1 });
});

it('closes the connection for frames that are too large, of another version, or broken', async () => {
  const large = open();
  large.session.receive(Buffer.concat([number(1), number(0x00ffffff)]));
  expect(large.state.closed).toBe(1);
  const version = open();
  version.session.receive(Buffer.concat([number(0x80020001), number(0)]));
  const block = open();
  block.session.receive(
    frame(1, Buffer.concat([number(1), number(0), Buffer.alloc(2), Buffer.from('garbage')])),
  );
  const short = open();
  short.session.receive(frame(1, Buffer.alloc(2)));
  await settle();
  expect([version.state.closed, block.state.closed, short.state.closed]).toEqual([1, 1, 1]);
});

it('survives random bytes', async () => {
  const random = new SeededRandom('spdy');
  for (let round = 0; round < 200; round++) {
    const { session } = open();
    session.receive(Buffer.from(Array.from({ length: 200 }, () => Math.floor(random.next() * 256))));
  }
  await settle();
});

it('refuses header blocks that unpack to more than they may', async () => {
  const codec = new SpdyHeaderCodec();
  const huge = new Map([['name', 'x'.repeat(200_000)]]);
  const block = await new SpdyHeaderCodec().write(huge);
  await expect(codec.read(block)).rejects.toThrow(/too large/);
});
