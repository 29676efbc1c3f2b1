import { DEVICE_PREFIX, deviceBytes, DEVICES } from './devices.js';
import { device, directory, file, link, place, type DirectoryNode } from './file-node.js';

const DIRECTORIES = [
  'bin',
  'dev/shm',
  'etc',
  'home',
  'lib',
  'media',
  'mnt',
  'opt',
  'proc',
  'sbin',
  'srv',
  'sys',
  'usr/bin',
  'usr/lib',
  'usr/local/bin',
  'usr/sbin',
  'usr/share',
  'var/cache',
  'var/lib',
  'var/log',
  'var/spool',
];

const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;
const GROUP = `root:x:0:
daemon:x:1:
bin:x:2:
www-data:x:33:
nogroup:x:65534:
`;

/** What is particular about the files of an image: contents by absolute path. */
export type ImageFiles = Readonly<Record<string, string>>;

/** The file system a container of an image starts with. */
export function imageRoot(files: ImageFiles, nowMs: number): DirectoryNode {
  const owner = { uid: 0, gid: 0 };
  const root = directory(0o755, owner, nowMs);
  for (const path of DIRECTORIES) place(root, path, directory(0o755, owner, nowMs));
  for (const path of ['tmp', 'var/tmp', 'dev/shm']) place(root, path, directory(0o1777, owner, nowMs));
  place(root, 'root', directory(0o700, owner, nowMs));
  place(root, 'run', directory(0o755, owner, nowMs));
  place(root, 'var/run', link('/run', nowMs));
  const text = (path: string, content: string, mode = 0o644): void =>
    place(root, path, file(content, mode, owner, nowMs));
  text('etc/passwd', PASSWD);
  text('etc/group', GROUP);
  text('etc/os-release', 'NAME="Simulated Linux"\nID=simulated\nPRETTY_NAME="Simulated Linux"\n');
  place(
    root,
    'dev/null',
    device(() => ''),
  );
  let reads = 0;
  for (const path of DEVICES) {
    const read = (): string => deviceBytes(path, DEVICE_PREFIX, nowMs + reads++);
    place(root, path, device(read));
  }
  for (const [path, content] of Object.entries(files)) text(path, content);
  return root;
}
