import type { IFileSystem } from 'just-bash';
import { ContainerFiles, FileError, sizeOf } from '../runtime/files/container-files.js';
import { bytesFromText, type Node } from '../runtime/files/file-node.js';
import { outside } from './outside.js';
import { turn } from './turns.js';

type Bytes = string | Uint8Array;
type Encoding = Parameters<IFileSystem['writeFile']>[2];

/** A file of the shell itself: it is in no container, so that others neither see it nor are in its way. */
export const SESSION_FILE = '/dev/.client/session';

/** Where commands send what they write for the client to see at once. */
export interface OutputDevices {
  readonly stdout: string;
  readonly stderr: string;
  readonly write: (stream: 'stdout' | 'stderr', bytes: string) => Promise<void> | void;
}

/** What is told of a command of the shell, which is in no file. */
const PROGRAM = {
  isFile: true,
  isDirectory: false,
  isSymbolicLink: false,
  mode: 0o755,
  size: 0,
  mtime: new Date(0),
};

const numbers = new WeakMap<Node, number>();
let lastNumber = 0;

/** What tells a file from all others, whatever its names: commands refuse to move a file onto what may be itself. */
function identityOf(node: Node): string {
  const number = numbers.get(node) ?? ++lastNumber;
  numbers.set(node, number);
  return String(number);
}

/** The files of a container as the shell wants them; two paths of it lead to the client. */
export class ShellFileSystem implements IFileSystem {
  readonly #files: ContainerFiles;
  readonly #programs: ReadonlySet<string>;
  #devices: OutputDevices | undefined;
  #session: string | undefined;
  /** What failed last: some tools print it as it was thrown. */
  #failed: FileError | undefined;

  /** `programs`: names of the commands the shell has, which it looks for in the usual folders. */
  constructor(files: ContainerFiles, programs: ReadonlySet<string>) {
    this.#files = files;
    this.#programs = programs;
  }

  /** Sends what is written to two paths to a client from now on. */
  connect(devices: OutputDevices | undefined): void {
    // Sending is no work of the script, whose guard must not reach it.
    this.#devices = devices && {
      ...devices,
      write: (stream, bytes) => outside(() => devices.write(stream, bytes)),
    };
  }

  readFile: IFileSystem['readFile'] = this.#promised((path, options) => {
    const encoding = typeof options === 'string' ? options : (options?.encoding ?? 'utf8');
    const own = path === SESSION_FILE ? this.#session : undefined;
    const bytes = Buffer.from(own ?? this.#files.read(path), 'latin1');
    return bytes.toString(encoding === 'binary' ? 'latin1' : (encoding ?? 'utf8'));
  });

  readFileBytes: NonNullable<IFileSystem['readFileBytes']> = this.#promised(
    (path: string) => this.#files.read(path) as never,
  );

  readFileBuffer: NonNullable<IFileSystem['readFileBuffer']> = this.#promised(
    (path: string) => new Uint8Array(Buffer.from(this.#files.read(path), 'latin1')),
  );

  writeFile = async (path: string, content: Bytes, encoding?: Encoding): Promise<void> =>
    await this.#put(path, content, encoding, false);

  appendFile = async (path: string, content: Bytes, encoding?: Encoding): Promise<void> =>
    await this.#put(path, content, encoding, true);

  exists: NonNullable<IFileSystem['exists']> = this.#promised(
    (path: string) => this.#isDevice(path) || this.#files.exists(path) || this.#isProgram(path),
  );
  stat: NonNullable<IFileSystem['stat']> = this.#promised((path: string) => this.#statOf(path, true));
  lstat: NonNullable<IFileSystem['lstat']> = this.#promised((path: string) => this.#statOf(path, false));
  mkdir: NonNullable<IFileSystem['mkdir']> = this.#promised(
    (path: string, options?: { recursive?: boolean }) => this.#files.mkdir(path, options?.recursive ?? false),
  );
  readdir: NonNullable<IFileSystem['readdir']> = this.#promised((path: string) => this.#files.list(path));

  readdirWithFileTypes: NonNullable<IFileSystem['readdirWithFileTypes']> = this.#promised((path: string) =>
    this.#files.list(path).map((name) => {
      const { kind } = this.#files.stat(`${path}/${name}`, false);
      return {
        name,
        isFile: kind === 'file',
        isDirectory: kind === 'directory',
        isSymbolicLink: kind === 'link',
      };
    }),
  );

  rm: NonNullable<IFileSystem['rm']> = this.#promised(
    (path: string, options?: { recursive?: boolean; force?: boolean }) => {
      if (path === SESSION_FILE) this.#session = undefined;
      else this.#files.remove(path, options);
    },
  );

  cp: NonNullable<IFileSystem['cp']> = this.#promised(
    (from: string, to: string, options?: { recursive?: boolean }) =>
      this.#copy(from, to, options?.recursive ?? false),
  );

  mv: NonNullable<IFileSystem['mv']> = this.#promised((from: string, to: string) =>
    this.#files.rename(from, to),
  );
  chmod: NonNullable<IFileSystem['chmod']> = this.#promised((path: string, mode: number) =>
    this.#files.chmod(path, mode),
  );
  symlink: NonNullable<IFileSystem['symlink']> = this.#promised((target: string, path: string) =>
    this.#files.symlink(target, path),
  );
  link: NonNullable<IFileSystem['link']> = this.#promised((existing: string, path: string) =>
    this.#files.hardLink(existing, path),
  );
  readlink: NonNullable<IFileSystem['readlink']> = this.#promised((path: string) =>
    this.#files.readlink(path),
  );
  realpath: NonNullable<IFileSystem['realpath']> = this.#promised((path: string) =>
    this.#files.realpath(path),
  );
  utimes: NonNullable<IFileSystem['utimes']> = this.#promised(
    (path: string, _accessed: Date, modified: Date) => this.#files.touch(path, modified.getTime()),
  );

  resolvePath(base: string, path: string): string {
    return ContainerFiles.resolve(base, path);
  }

  getAllPaths(): string[] {
    return [];
  }

  #isDevice(path: string): boolean {
    return (
      path === this.#devices?.stdout ||
      path === this.#devices?.stderr ||
      path === '/dev/null' ||
      (path === SESSION_FILE && this.#session !== undefined)
    );
  }

  #isProgram(path: string): boolean {
    const match = /^\/(?:usr\/)?bin\/([^/]+)$/.exec(path);
    return match !== null && this.#programs.has(match[1] ?? '');
  }

  #statOf(path: string, follow: boolean): Awaited<ReturnType<IFileSystem['stat']>> {
    if (!this.#files.exists(path) && this.#isProgram(path)) return PROGRAM;
    const node: Node = this.#files.stat(this.#isDevice(path) ? '/dev/null' : path, follow);
    return {
      isFile: node.kind === 'file',
      isDirectory: node.kind === 'directory',
      isSymbolicLink: node.kind === 'link',
      mode: node.mode,
      size: sizeOf(node),
      mtime: new Date(node.modifiedMs),
      identity: identityOf(node),
    };
  }

  async #put(path: string, content: Bytes, options: Encoding, append: boolean): Promise<void> {
    await turn();
    const encoding = typeof options === 'string' ? options : options?.encoding;
    const bytes =
      typeof content !== 'string'
        ? Buffer.from(content).toString('latin1')
        : encoding === undefined || encoding === 'utf8' || encoding === 'utf-8'
          ? bytesFromText(content)
          : Buffer.from(content, encoding).toString('latin1');
    if (path === '/dev/null') return;
    if (path === SESSION_FILE) {
      this.#session = append ? (this.#session ?? '') + bytes : bytes;
      return;
    }
    const stream =
      path === this.#devices?.stdout ? 'stdout' : path === this.#devices?.stderr ? 'stderr' : undefined;
    if (stream) {
      if (bytes !== '') await this.#devices?.write(stream, stream === 'stderr' ? this.#worded(bytes) : bytes);
      return;
    }
    // The shell expects to have made what is on the way, as redirections to new folders fail by themselves.
    this.#noting(() => this.#files.write(path, bytes, { append }));
  }

  #copy(from: string, to: string, recursive: boolean): void {
    const node = this.#files.stat(from);
    if (node.kind !== 'directory') return this.#files.write(to, this.#files.read(from), { mode: node.mode });
    if (!recursive) throw new FileError('EISDIR', 'cp', from);
    this.#files.mkdir(to, true);
    for (const name of this.#files.list(from)) this.#copy(`${from}/${name}`, `${to}/${name}`, true);
  }

  #promised<A extends unknown[], R>(act: (...args: A) => R): (...args: A) => Promise<R> {
    return async (...args) => {
      await turn();
      return this.#noting(() => act(...args));
    };
  }

  #noting<R>(act: () => R): R {
    try {
      return act();
    } catch (error) {
      if (error instanceof FileError) this.#failed = error;
      throw error;
    }
  }

  /** A complaint in the words of the usual tools. */
  #worded(bytes: string): string {
    if (!this.#failed) return bytes;
    const { message, path, reason } = this.#failed;
    const thrown = bytesFromText(message);
    const at = bytes.indexOf(thrown);
    if (at < 0) return bytes;
    const before = bytes.slice(0, at);
    const after = bytes.slice(at + thrown.length);
    const names = /^\w+: $/.test(before) ? `${bytesFromText(path)}: ` : '';
    return `${before}${names}${reason}${after}`;
  }
}
