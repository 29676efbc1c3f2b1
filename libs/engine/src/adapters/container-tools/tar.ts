import { gunzipSync, gzipSync } from 'node:zlib';
import { RE2JS } from 're2js';
import type { ExecResult, ResolvedCommandContext } from 'just-bash';
import { ContainerFiles, FileError, modeText } from '../../runtime/files/container-files.js';
import { bytesOf } from '../../runtime/files/file-node.js';
import { readTar, TarError, writeTar, type TarEntry } from '../../runtime/files/tar-archive.js';
import { formatTime } from '../../time.js';
import { turn } from '../turns.js';

/** Bytes an archive may have, packed and unpacked. */
const MOST_BYTES = 128 * 1024 * 1024;
/** What is taken from modes of others' files. */
const UMASK = 0o022;

interface Options {
  readonly action: 'c' | 'x' | 't';
  readonly file: string | undefined;
  readonly folder: string;
  readonly flags: ReadonlySet<string>;
  readonly excluded: readonly RE2JS[];
  readonly stripped: number;
  readonly keepsOwner: boolean;
  readonly keepsMode: boolean;
  readonly names: readonly string[];
}

/** What a run has come to so far. */
class Report {
  stderr = '';
  stdout = '';
  listing = '';
  hasFailed = false;

  fail(told: string): void {
    this.stderr += `tar: ${told}\n`;
    this.hasFailed = true;
  }
}

/** `tar` over the files of a container: modes, owners, times and links are kept, as they are by the usual ones. */
export async function tar(
  args: readonly string[],
  context: ResolvedCommandContext,
  input: string,
  files: ContainerFiles,
): Promise<ExecResult> {
  const options = optionsOf(args, context.cwd);
  // Rarer things the shell's own does.
  if (options === 'unknown')
    return (
      (await context.origCommand?.([...args])) ?? {
        stdout: '',
        stderr: 'tar: cannot run here\n',
        exitCode: 1,
      }
    );
  const report = new Report();
  try {
    if (!files.isDirectory(options.folder))
      report.fail(`can't change directory to '${options.folder}': No such file or directory`);
    else if (options.action === 'c') await create(options, context.cwd, files, report);
    else await read(options, context.cwd, files, input, report);
  } catch (error) {
    if (error instanceof TarError) report.fail(error.message);
    else if (error instanceof FileError) report.fail(`can't open '${error.path}': ${error.reason}`);
    else throw error;
  }
  return {
    stdout: report.stdout === '' ? Buffer.from(report.listing).toString('latin1') : report.stdout,
    stdoutKind: 'bytes',
    stderr: report.stderr + (report.stdout === '' ? '' : report.listing),
    exitCode: report.hasFailed ? 1 : 0,
  };
}

function optionsOf(args: readonly string[], cwd: string): Options | 'unknown' {
  let action: Options['action'] | undefined;
  let file: string | undefined;
  let folder = cwd;
  const flags = new Set<string>();
  const excluded: RE2JS[] = [];
  let stripped = 0;
  let keepsOwner = true;
  let keepsMode = true;
  const names: string[] = [];
  const rest = [...args];
  // The first word may be letters without a hyphen.
  if (rest[0] !== undefined && /^[a-zA-Z]+$/.test(rest[0])) rest[0] = `-${rest[0]}`;
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const long = /^--([a-z-]+)(?:=(.*))?$/s.exec(arg);
    if (long) {
      const [, name = '', given] = long;
      const value = (): string => given ?? rest.shift() ?? '';
      if (name === 'exclude') excluded.push(pattern(value()));
      else if (name === 'strip-components') stripped = Number(value()) || 0;
      else if (name === 'directory') folder = ContainerFiles.resolve(folder, value());
      else if (name === 'file') file = value();
      else if (name === 'no-same-owner') keepsOwner = false;
      else if (name === 'no-same-permissions') keepsMode = false;
      else if (name === 'dereference') flags.add('h');
      else if (name === 'gzip') flags.add('z');
      else if (name === 'verbose') flags.add('v');
      else if (name === 'touch') flags.add('m');
      else if (
        !/^(?:same-owner|same-permissions|preserve-permissions|numeric-owner|overwrite|warning)$/.test(name)
      )
        return 'unknown';
      continue;
    }
    if (!arg.startsWith('-') || arg === '-') {
      names.push(arg);
      continue;
    }
    for (let index = 1; index < arg.length; index++) {
      const letter = arg.charAt(index);
      const tail = arg.slice(index + 1);
      if (letter === 'c' || letter === 'x' || letter === 't') action = letter;
      else if (letter === 'f' || letter === 'C') {
        // `-fNAME` and `-f NAME`; letters behind it in `xfz` are letters.
        const glued = tail !== '' && args[0] !== arg.slice(1) && !/^[a-zA-Z]+$/.test(tail);
        const value = glued ? tail : (rest.shift() ?? '');
        if (letter === 'f') file = value;
        else folder = ContainerFiles.resolve(folder, value);
        if (glued) break;
      } else if (letter === 'o') keepsOwner = false;
      else if ('vzmpkOhP'.includes(letter)) flags.add(letter);
      else return 'unknown';
    }
  }
  if (!action) return 'unknown';
  const isGzip = /\.t?gz$/.test(file ?? '');
  if (/\.(?:bz2|xz|zst|tbz2?|txz)$/.test(file ?? '')) return 'unknown';
  if (isGzip && action !== 'c') flags.add('z');
  return { action, file, folder, flags, excluded, stripped, keepsOwner, keepsMode, names };
}

function pattern(glob: string): RE2JS {
  const source = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return RE2JS.compile(`(?:^|/)${source.replace(/^\/+/, '')}(?:/|$)`);
}

async function create(options: Options, cwd: string, files: ContainerFiles, report: Report): Promise<void> {
  const { flags, excluded, folder, file, names } = options;
  if (names.length === 0) return report.fail("can't create an empty archive");
  const entries: TarEntry[] = [];
  let size = 0;
  let isAbsoluteTold = false;
  for (const given of names) {
    const open = [given];
    for (let shown = open.shift(); shown !== undefined; shown = open.shift()) {
      await turn();
      const name = shown.replace(/^\/+/, '');
      if (name !== shown && !isAbsoluteTold) {
        isAbsoluteTold = true;
        report.stderr += "tar: removing leading '/' from member names\n";
      }
      if (excluded.some((one) => one.matcher(name).find())) continue;
      const path = ContainerFiles.resolve(folder, shown);
      let entry: TarEntry | undefined;
      try {
        entry = entryOf(files, path, name === '' ? '.' : name, flags.has('h'));
        if (entry?.kind === 'directory')
          open.unshift(...files.list(path).map((inner) => `${shown?.replace(/\/+$/, '')}/${inner}`));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        report.fail(`${shown}: ${error.reason}`);
        continue;
      }
      if (!entry) continue;
      size += entry.content.length;
      if (size > MOST_BYTES) throw new TarError(`the archive is larger than ${MOST_BYTES} bytes`);
      entries.push(entry);
      if (flags.has('v')) report.listing += `${entry.name}\n`;
    }
  }
  if (report.hasFailed) report.stderr += 'tar: error exit delayed from previous errors\n';
  // An archive of nothing would look like a success to whoever reads it.
  if (report.hasFailed && entries.length === 0) return;
  const archive = writeTar(entries);
  const bytes = (flags.has('z') ? gzipSync(archive) : archive).toString('latin1');
  if (file === undefined || file === '-') report.stdout = bytes;
  else files.write(ContainerFiles.resolve(cwd, file), bytes);
}

function entryOf(files: ContainerFiles, path: string, name: string, follows: boolean): TarEntry | undefined {
  const node = files.stat(path, follows);
  if (node.kind === 'file' && node.isDevice) return undefined;
  const isFolder = node.kind === 'directory';
  if (node.kind === 'file') files.read(path);
  return {
    name: isFolder && !name.endsWith('/') ? `${name}/` : name,
    kind: node.kind === 'link' ? 'symlink' : node.kind,
    mode: node.mode,
    uid: node.uid,
    gid: node.gid,
    modifiedMs: node.modifiedMs,
    target: node.kind === 'link' ? node.target : '',
    content: node.kind === 'file' ? Buffer.from(bytesOf(node), 'latin1') : Buffer.alloc(0),
  };
}

async function read(
  options: Options,
  cwd: string,
  files: ContainerFiles,
  input: string,
  report: Report,
): Promise<void> {
  const { action, file, flags, names, excluded } = options;
  const given = file === undefined || file === '-' ? input : files.read(ContainerFiles.resolve(cwd, file));
  let archive = Buffer.from(given, 'latin1');
  if (flags.has('z') || (archive[0] === 0x1f && archive[1] === 0x8b)) archive = unpacked(archive);
  if (archive.length === 0) throw new TarError('short read');
  for (const entry of readTar(archive)) {
    await turn();
    const name = entry.name.replace(/^\/+/, '').replace(/^(?:\.\/)+(?=.)/, '');
    const isWanted =
      names.length === 0 ||
      names.some((one) => {
        const wanted = one.replace(/^\.?\/+/, '').replace(/\/+$/, '');
        return name === wanted || name === `${wanted}/` || name.startsWith(`${wanted}/`);
      });
    if (!isWanted || excluded.some((one) => one.matcher(name).find())) continue;
    if (action === 't') report.listing += `${flags.has('v') ? longLine(entry) : entry.name}\n`;
    else {
      if (flags.has('v')) report.listing += `${entry.name}\n`;
      try {
        extract(entry, name, options, files, report);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        report.fail(`can't open '${name}': ${error.reason}`);
        if (error.code === 'ENOSPC') return;
      }
    }
  }
}

function unpacked(archive: Buffer): Buffer<ArrayBuffer> {
  try {
    return gunzipSync(archive, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const isLong = error instanceof RangeError;
    throw new TarError(isLong ? `the archive is larger than ${MOST_BYTES} bytes` : 'invalid gzip magic');
  }
}

function extract(
  entry: TarEntry,
  name: string,
  options: Options,
  files: ContainerFiles,
  report: Report,
): void {
  const { folder, flags, stripped, keepsMode, keepsOwner } = options;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return report.fail(`name with '..' skipped: '${name}'`);
  const kept = parts.slice(stripped);
  if (kept.length === 0) return;
  const path = ContainerFiles.resolve(folder, kept.join('/'));
  if (flags.has('O')) {
    if (entry.kind === 'file') report.stdout += entry.content.toString('latin1');
    return;
  }
  if (entry.kind === 'other') return;
  const above = path.slice(0, path.lastIndexOf('/'));
  if (above !== '' && !files.exists(above)) files.mkdir(above, true);
  if (entry.kind === 'directory') {
    if (!files.isDirectory(path)) files.mkdir(path, true);
  } else {
    if (flags.has('k') && files.exists(path)) return;
    if (!files.isDirectory(path)) files.remove(path, { force: true });
    if (entry.kind === 'symlink') return files.symlink(entry.target, path);
    if (entry.kind === 'hardlink')
      return files.hardLink(ContainerFiles.resolve(folder, entry.target.replace(/^\/+/, '')), path);
    files.write(path, entry.content.toString('latin1'));
  }
  const isRoot = files.identity.uid === 0;
  const keeps = flags.has('p') || (isRoot && keepsMode);
  files.chmod(path, keeps ? entry.mode : entry.mode & 0o777 & ~UMASK);
  if (isRoot && keepsOwner) files.chown(path, entry.uid, entry.gid);
  if (!flags.has('m')) files.touch(path, entry.modifiedMs);
}

function longLine(entry: TarEntry): string {
  const { kind, mode, uid, gid, content, modifiedMs, name, target } = entry;
  const shown = { mode, uid, gid, modifiedMs };
  const text =
    kind === 'directory'
      ? modeText({ kind, ...shown, entries: new Map() })
      : kind === 'symlink'
        ? modeText({ kind: 'link', ...shown, target })
        : modeText({ kind: 'file', ...shown, content: '' });
  const owner = `${uid === 0 ? 'root' : uid}/${gid === 0 ? 'root' : gid}`;
  const time = formatTime(modifiedMs).slice(0, 19).replace('T', ' ');
  const arrow = kind === 'symlink' ? ` -> ${target}` : kind === 'hardlink' ? ` link to ${target}` : '';
  return `${text} ${owner} ${String(content.length).padStart(9)} ${time} ${name}${arrow}`;
}
