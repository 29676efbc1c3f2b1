import { describe, expect, it } from 'vitest';
import { readTar, TarError, writeTar, type TarEntry } from './tar-archive.js';

const entry = (name: string, given: Partial<TarEntry> = {}): TarEntry => ({
  name,
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  modifiedMs: 1_700_000_000_000,
  target: '',
  content: Buffer.alloc(0),
  ...given,
});
const all = (archive: Buffer): TarEntry[] => [...readTar(archive)];

describe('archives', () => {
  it('come back as they were written, with links, modes, owners and times', () => {
    const entries = [
      entry('folder/', { kind: 'directory', mode: 0o1777 }),
      entry('folder/file', { content: Buffer.from([0, 255, 10]), uid: 1000, gid: 2000, mode: 0o4755 }),
      entry('folder/link', { kind: 'symlink', target: '../elsewhere', mode: 0o777 }),
      entry(`${'long/'.repeat(60)}näme`, { content: Buffer.alloc(1024, 'x') }),
      entry('far', { kind: 'symlink', target: 'x'.repeat(300) }),
    ];
    expect(all(writeTar(entries))).toEqual(entries);
  });

  it('end with two empty blocks, and are as long as whole blocks', () => {
    const archive = writeTar([entry('a', { content: Buffer.from('a') })]);
    expect(archive).toHaveLength(4 * 512);
    expect(archive.subarray(-1024).every((byte) => byte === 0)).toBe(true);
  });

  it('are refused when they are cut off or are none', () => {
    const archive = writeTar([entry('a', { content: Buffer.alloc(2000) })]);
    expect(() => all(archive.subarray(0, 1024))).toThrow(new TarError('short read'));
    expect(() => all(Buffer.alloc(512, 'x'))).toThrow(new TarError('invalid tar magic'));
    const broken = Buffer.from(archive);
    broken.write('7', 3, 'latin1');
    expect(() => all(broken)).toThrow(new TarError('invalid tar magic'));
  });

  it('with sizes that no file has are refused', () => {
    const archive = writeTar([entry('a')]);
    archive.fill(0xff, 124, 136);
    let sum = 8 * 0x20;
    for (let at = 0; at < 512; at++) if (at < 148 || at >= 156) sum += archive[at] ?? 0;
    archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(() => all(archive)).toThrow(TarError);
  });

  it('may name files by records of POSIX', () => {
    const record = '26 path=a/very/long/näme\n';
    const extension = entry('PaxHeader', { content: Buffer.from(record) });
    const archive = writeTar([extension, entry('short', { content: Buffer.from('!') })]);
    // The same header with the flag of an extension.
    archive.write('x', 156, 'latin1');
    let sum = 8 * 0x20;
    for (let at = 0; at < 512; at++) if (at < 148 || at >= 156) sum += archive[at] ?? 0;
    archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(all(archive)).toMatchObject([{ name: 'a/very/long/näme', content: Buffer.from('!') }]);
  });
});
