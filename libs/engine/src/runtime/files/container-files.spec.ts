import { describe, expect, it } from 'vitest';
import { ContainerFiles, modeText, type Mount } from './container-files.js';
import { directory, file, link, place } from './file-node.js';
import { imageRoot } from './image-root.js';

const ROOT = { uid: 0, gid: 0, groups: [] };

function filesWith(
  mounts: readonly Mount[] = [],
  identity: ContainerFiles['identity'] = ROOT,
): ContainerFiles {
  return new ContainerFiles(imageRoot({}, 0), mounts, { identity, readOnlyRoot: false, now: () => 1000 });
}

const mountOf = (path: string, node = directory(0o777), readOnly = false): Mount => ({
  path,
  type: 'tmpfs',
  readOnly,
  shared: true,
  node: () => node,
});

describe('files of a container', () => {
  it('are written, read, moved and removed', () => {
    const files = filesWith();
    files.mkdir('/srv/a/b', true);
    files.write('/srv/a/b/x', 'one');
    files.write('/srv/a/b/x', ' two', { append: true });
    expect(files.read('/srv/a/../a/b/x')).toBe('one two');
    files.rename('/srv/a/b', '/srv/c');
    expect(files.list('/srv')).toEqual(['a', 'c']);
    expect(() => files.remove('/srv/c')).toThrow('ENOTEMPTY');
    files.remove('/srv/c', { recursive: true });
    expect(files.exists('/srv/c/x')).toBe(false);
    expect(() => files.read('/srv/c/x')).toThrow('ENOENT');
  });

  it('are shared by everyone who mounts them', () => {
    const volume = directory(0o777);
    const one = filesWith([mountOf('/data', volume)]);
    const other = filesWith([mountOf('/mnt/in', volume)]);
    one.write('/data/x', 'seen');
    expect(other.read('/mnt/in/x')).toBe('seen');
    expect(one.sawShared).toBe(true);
    expect(one.mountOf('/data/x')?.type).toBe('tmpfs');
  });

  it('follow links, and give up when they lead nowhere', () => {
    const volume = directory();
    place(volume, 'v1/key', file('value'));
    volume.entries.set('..data', link('v1'));
    volume.entries.set('key', link('..data/key'));
    const files = filesWith([mountOf('/etc/config', volume, true)]);
    expect(files.read('/etc/config/key')).toBe('value');
    expect(files.realpath('/etc/config/key')).toBe('/etc/config/v1/key');
    files.symlink('/tmp/b', '/tmp/a');
    files.symlink('/tmp/a', '/tmp/b');
    expect(() => files.read('/tmp/a')).toThrow('ELOOP');
    files.symlink('../../../../etc/passwd', '/tmp/up');
    expect(files.read('/tmp/up')).toContain('root:x:0:0');
  });

  it('can not be written where the volume or the root is read-only', () => {
    const files = filesWith([mountOf('/etc/config', directory(), true)]);
    expect(() => files.write('/etc/config/x', '')).toThrow('EROFS');
    const sealed = new ContainerFiles(imageRoot({}, 0), [mountOf('/data')], {
      identity: ROOT,
      readOnlyRoot: true,
      now: () => 0,
    });
    expect(() => sealed.write('/tmp/x', '')).toThrow('EROFS');
    sealed.write('/data/x', '');
  });

  it('keep those out who may not', () => {
    const someone = { uid: 1000, gid: 1000, groups: [2000] };
    const volume = directory(0o2770, { uid: 0, gid: 2000 });
    place(volume, 'secret', file('s', 0o400));
    const files = filesWith([mountOf('/data', volume)], someone);
    expect(() => files.read('/data/secret')).toThrow('EACCES');
    expect(() => files.write('/etc/x', '')).toThrow('EACCES');
    files.write('/data/mine', '');
    expect(files.stat('/data/mine')).toMatchObject({ uid: 1000, gid: 2000 });
    files.write('/tmp/mine', '');
    expect(modeText(files.stat('/tmp'))).toBe('drwxrwxrwt');
  });

  it('take no more room than they are given', () => {
    const files = filesWith();
    expect(() => files.write('/tmp/big', 'x'.repeat(65 * 1024 * 1024))).toThrow('ENOSPC');
  });

  it('have their room back only with their last name, and whoever removes them', () => {
    const files = filesWith();
    const most = 'x'.repeat(60 * 1024 * 1024);
    for (const name of ['a', 'b']) {
      if (name === 'b') expect(() => files.write('/tmp/b', most)).toThrow('ENOSPC');
      else files.write('/tmp/a', most);
      files.hardLink('/tmp/a', `/tmp/${name}-too`);
    }
    files.remove('/tmp/a-too');
    expect(() => files.write('/tmp/c', most)).toThrow('ENOSPC');
    files.mkdir('/tmp/in');
    files.rename('/tmp/a', '/tmp/in/a');
    files.remove('/tmp/b-too');
    files.remove('/tmp/in', { recursive: true });
    files.write('/tmp/c', most);
  });

  it('take room of the volume they are in, whichever container wrote them', () => {
    const volume = directory(0o777);
    const most = 'x'.repeat(60 * 1024 * 1024);
    filesWith([mountOf('/data', volume)]).write('/data/x', most);
    const next = filesWith([mountOf('/data', volume)]);
    expect(() => next.write('/data/y', most)).toThrow('ENOSPC');
    next.write('/tmp/y', most);
    expect(() => next.rename('/tmp/y', '/data/y')).toThrow('ENOSPC');
    next.remove('/data/x');
    next.rename('/tmp/y', '/data/y');
    next.write('/tmp/z', most);
  });

  it('can be made so often, linked or not', () => {
    const files = filesWith();
    files.write('/tmp/a', '');
    const linkAll = (): void => {
      for (let index = 0; index < 20_000; index++) files.hardLink('/tmp/a', `/tmp/${index}`);
    };
    expect(linkAll).toThrow('ENOSPC');
  });

  it('do not lie deeper than a path is long', () => {
    const files = filesWith();
    expect(() => files.mkdir('/a'.repeat(3000), true)).toThrow('ENAMETOOLONG');
    files.mkdir('/tmp/0');
    const bury = (): void => {
      for (let index = 1; index < 10_000; index++) {
        files.mkdir(`/tmp/${index}`);
        files.rename(`/tmp/${index - 1}`, `/tmp/${index}/0`);
      }
    };
    expect(bury).toThrow('ENAMETOOLONG');
    files.fork();
  });

  it('can be tried out on a copy', () => {
    const volume = directory(0o777);
    const files = filesWith([mountOf('/data', volume)]);
    files.fork().write('/data/x', 'tried');
    expect(files.exists('/data/x')).toBe(false);
  });
});
