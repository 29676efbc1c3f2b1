/** Applies a Git delta; undefined when it does not fit the base or would grow beyond `maxBytes`. */
export function applyDelta(base: Buffer, delta: Buffer, maxBytes: number): Buffer | undefined {
  const reader = { delta, at: 0 };
  if (readSize(reader) !== base.length) return undefined;
  const size = readSize(reader);
  if (size > maxBytes) return undefined;
  const result = Buffer.allocUnsafe(size);
  let written = 0;
  while (reader.at < delta.length) {
    const command = delta[reader.at++] ?? 0;
    if (command & 0x80) {
      const offset = readParts(reader, command & 0x0f, 4);
      const length = readParts(reader, (command >> 4) & 0x07, 3) || 0x10000;
      if (offset + length > base.length || written + length > size) return undefined;
      base.copy(result, written, offset, offset + length);
      written += length;
    } else {
      if (command === 0 || reader.at + command > delta.length || written + command > size) return undefined;
      delta.copy(result, written, reader.at, reader.at + command);
      reader.at += command;
      written += command;
    }
  }
  return written === size ? result : undefined;
}

interface Reader {
  readonly delta: Buffer;
  at: number;
}

function readSize(reader: Reader): number {
  let size = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = reader.delta[reader.at++] ?? 0;
    size += (byte & 0x7f) * factor;
    if (!(byte & 0x80) || factor > 2 ** 42) return size;
  }
}

function readParts(reader: Reader, present: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++)
    if (present & (1 << i)) value += (reader.delta[reader.at++] ?? 0) * 2 ** (8 * i);
  return value;
}
