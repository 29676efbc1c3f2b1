import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** A chart archive as `helm package` makes it: a gzipped tar with the chart's folder at its root. */
export function chartArchive(name: string, files: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(files).flatMap(([path, content]) =>
    entry(`${name}/${path}`, Buffer.from(content)),
  );
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(BLOCK * 2)]));
}

function entry(path: string, content: Buffer): Buffer[] {
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}
