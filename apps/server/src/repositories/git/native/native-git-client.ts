import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isIP } from 'node:net';
import { resolveOutside } from '../../addresses/address-guard.js';
import { parseRepositoryUrl } from '../../addresses/repository-url.js';
import {
  FETCH_TIMEOUT_MS,
  type FetchResult,
  type GitClient,
  type GitRemote,
  LIST_REFS_TIMEOUT_MS,
  MAX_FETCH_BYTES,
  MAX_REFS_BYTES,
} from '../git-client.port.js';
import { GitError } from '../git.errors.js';
import type { RefSnapshot } from '../refs.js';

/** What git writes to its error output is cut here. */
const MAX_ERROR_BYTES = 16_384;
const SSH_CONNECT_SECONDS = 15;
/** A transfer slower than this for a minute has hung. */
const LOW_SPEED = ['-c', 'http.lowSpeedLimit=100', '-c', 'http.lowSpeedTime=60'];

/** Talks to Git servers by the machine's git (and, for ssh, its ssh). */
export class NativeGitClient implements GitClient {
  readonly driver = 'native' as const;

  constructor(
    /** For keys while they are in use, and for known hosts. */
    private readonly workDir: string,
    private readonly allowInside: boolean,
    private readonly program = 'git',
  ) {}

  /** The installed version; undefined when there is no git. */
  async version(): Promise<string | undefined> {
    try {
      const { text } = await this.#run(['version'], {}, 5_000, 1_024);
      return /(\d+\.\d+(\.\d+)?)/.exec(text)?.[1];
    } catch {
      return undefined;
    }
  }

  async listRefs(remote: GitRemote, prefixes: readonly string[]): Promise<RefSnapshot> {
    return this.#withAccess(remote, async (options, env) => {
      const patterns = prefixes.map((prefix) => (prefix === 'HEAD' ? prefix : `${prefix}*`));
      const { text } = await this.#run(
        [...options, 'ls-remote', '--symref', '--', remote.url, ...patterns],
        env,
        LIST_REFS_TIMEOUT_MS,
        MAX_REFS_BYTES,
      );
      return parseLsRemote(text);
    });
  }

  async fetch(
    remote: GitRemote,
    mirrorDir: string,
    commit: string,
    ref: string | undefined,
  ): Promise<FetchResult> {
    if (!existsSync(join(mirrorDir, 'HEAD'))) {
      await mkdir(mirrorDir, { recursive: true });
      await this.#run(['init', '--quiet', '--bare', '--', mirrorDir], {}, 10_000, 1_024);
    }
    const local = `refs/lotse/${createHash('sha256')
      .update(ref ?? commit)
      .digest('hex')
      .slice(0, 20)}`;
    return this.#withAccess(remote, async (options, env) => {
      const fetch = [
        ...options,
        `--git-dir=${mirrorDir}`,
        '-c',
        'gc.auto=0',
        '-c',
        'fetch.unpackLimit=1',
        '-c',
        'transfer.fsckObjects=false',
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-write-fetch-head',
        '--force',
        '--depth=1',
        '--',
        remote.url,
        `${ref ?? commit}:${local}`,
      ];
      await this.#run(fetch, env, FETCH_TIMEOUT_MS, MAX_REFS_BYTES, mirrorDir);
      const { text } = await this.#run(
        [`--git-dir=${mirrorDir}`, 'rev-parse', '--verify', '--end-of-options', `${local}^{commit}`],
        {},
        10_000,
        1_024,
      );
      return { commit: text.trim() };
    });
  }

  /** Options and environment that carry credentials and pin the address that was checked. Nothing secret is an argument. */
  async #withAccess<T>(
    remote: GitRemote,
    work: (options: string[], env: Record<string, string>) => Promise<T>,
  ): Promise<T> {
    const address = parseRepositoryUrl(remote.url);
    if (address.kind === 'local')
      throw new GitError('repository_unsupported', 'Repositories on this machine are read in place.');
    const ip = await resolveOutside(address.host, this.allowInside);
    return address.kind === 'ssh'
      ? this.#withSsh(remote, address.host, ip, work)
      : work(httpOptions(remote, address.host, ip), httpEnvironment(remote));
  }

  async #withSsh<T>(
    remote: GitRemote,
    host: string,
    ip: string,
    work: (options: string[], env: Record<string, string>) => Promise<T>,
  ): Promise<T> {
    await mkdir(this.workDir, { recursive: true, mode: 0o700 });
    const keyFile = join(this.workDir, `key-${randomUUID()}`);
    const key = remote.credentials.sshPrivateKey;
    if (key !== undefined) await writeFile(keyFile, key.endsWith('\n') ? key : `${key}\n`, { mode: 0o600 });
    const options: Record<string, string> = {
      BatchMode: 'yes',
      ConnectTimeout: String(SSH_CONNECT_SECONDS),
      HostKeyAlias: host,
      HostName: ip,
      IdentitiesOnly: key === undefined ? 'no' : 'yes',
      PermitLocalCommand: 'no',
      ProxyCommand: 'none',
      ServerAliveInterval: '15',
      StrictHostKeyChecking: remote.insecure ? 'no' : 'accept-new',
      UserKnownHostsFile: remote.insecure ? '/dev/null' : join(this.workDir, 'known_hosts'),
    };
    const words = [
      'ssh',
      '-F',
      '/dev/null',
      ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
      ...(key === undefined ? [] : ['-i', keyFile]),
    ];
    const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    try {
      return await work([], {
        GIT_SSH_COMMAND: command,
        GIT_SSH_VARIANT: 'ssh',
        ...(process.env['SSH_AUTH_SOCK'] === undefined
          ? {}
          : { SSH_AUTH_SOCK: process.env['SSH_AUTH_SOCK'] }),
      });
    } finally {
      await rm(keyFile, { force: true });
    }
  }

  #run(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    timeoutMs: number,
    maxOutput: number,
    mirrorDir?: string,
  ): Promise<{ text: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.program, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...BASE_ENVIRONMENT, PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...env },
        cwd: '/',
        detached: true,
      });
      const out: Buffer[] = [];
      let size = 0;
      let errors = '';
      let reason: GitError | undefined;
      const stop = (error: GitError): void => {
        reason ??= error;
        // The whole group: git starts helpers and ssh of its own.
        if (child.pid !== undefined) killGroup(child.pid);
      };
      const timer = setTimeout(
        () => stop(new GitError('repository_timeout', `git took longer than ${timeoutMs / 1_000} s.`)),
        timeoutMs,
      );
      const watch =
        mirrorDir === undefined
          ? undefined
          : setInterval(
              () =>
                void folderBytes(mirrorDir).then(
                  (bytes) =>
                    bytes > MAX_FETCH_BYTES &&
                    stop(
                      new GitError(
                        'repository_too_large',
                        `The repository needs more than ${MAX_FETCH_BYTES / 1024 / 1024} MiB.`,
                      ),
                    ),
                ),
              2_000,
            );
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxOutput)
          stop(new GitError('repository_too_large', `git answered with more than ${maxOutput} bytes.`));
        else out.push(chunk);
      });
      child.stderr
        .setEncoding('utf8')
        .on('data', (text: string) => (errors = (errors + text).slice(-MAX_ERROR_BYTES)));
      child.on(
        'error',
        (error) =>
          (reason ??= new GitError(
            'repository_unsupported',
            'There is no git on this machine. Install git, or use an https address.',
            error,
          )),
      );
      child.on('close', (status) => {
        clearTimeout(timer);
        clearInterval(watch);
        if (reason) reject(reason);
        else if (status !== 0) reject(fromGit(errors, status));
        else resolve({ text: Buffer.concat(out).toString('utf8') });
      });
    });
  }
}

/** Nothing of the machine's or the user's configuration, no prompts, no other transports. */
const BASE_ENVIRONMENT: Readonly<Record<string, string>> = {
  GIT_ALLOW_PROTOCOL: 'https:http:ssh',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_PROTOCOL_FROM_USER: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '/bin/false',
  HOME: '/nonexistent',
  LC_ALL: 'C',
};

function httpOptions(remote: GitRemote, host: string, ip: string): string[] {
  const url = new URL(remote.url);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  // Pins the checked address: a name that resolves elsewhere a moment later changes nothing.
  const pin =
    isIP(host) === 0
      ? ['-c', `http.curloptResolve=${host}:${port}:${ip.includes(':') ? `[${ip}]` : ip}`]
      : [];
  return [
    ...pin,
    ...LOW_SPEED,
    '-c',
    'http.followRedirects=false',
    '-c',
    `http.sslVerify=${remote.insecure ? 'false' : 'true'}`,
    '-c',
    'credential.helper=',
  ];
}

function httpEnvironment({ credentials }: GitRemote): Record<string, string> {
  const { username, password, bearerToken } = credentials;
  const header =
    bearerToken !== undefined && bearerToken !== ''
      ? `Authorization: Bearer ${bearerToken}`
      : password !== undefined && password !== ''
        ? `Authorization: Basic ${Buffer.from(`${username === undefined || username === '' ? 'git' : username}:${password}`).toString('base64')}`
        : undefined;
  return header === undefined
    ? {}
    : { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.extraHeader', GIT_CONFIG_VALUE_0: header };
}

/** `ref: refs/heads/main\tHEAD`, `<oid>\t<name>`, and `<oid>\t<tag>^{}` for what an annotated tag leads to. */
export function parseLsRemote(text: string): RefSnapshot {
  const refs = new Map<string, string>();
  let head: string | undefined;
  for (const line of text.split('\n')) {
    const [left = '', name = ''] = line.split('\t');
    if (left.startsWith('ref: ') && name === 'HEAD') head = left.slice('ref: '.length);
    else if (/^[0-9a-f]{40}$/.test(left)) refs.set(name.replace(/\^\{\}$/, ''), left);
  }
  const headCommit = refs.get('HEAD');
  refs.delete('HEAD');
  return { refs, head, headCommit };
}

function fromGit(errors: string, status: number | null): GitError {
  const text = errors
    .trim()
    .replace(/^(fatal|error|remote): /gm, '')
    .split('\n')
    .slice(-4)
    .join(' ');
  if (/authentication failed|permission denied|could not read (username|password)|403|401/i.test(text))
    return new GitError('repository_denied', `The Git server refuses access: ${text}`);
  if (/not found|does not exist|repository .* not exist|404/i.test(text))
    return /couldn't find remote ref|not our ref/i.test(text)
      ? new GitError('revision_not_found', `The repository doesn't have it: ${text}`)
      : new GitError('repository_not_found', `There is no such repository, or it is private: ${text}`);
  if (/couldn't find remote ref|not our ref|unadvertised object/i.test(text))
    return new GitError('revision_not_found', `The repository doesn't have it: ${text}`);
  if (/host key verification failed/i.test(text))
    return new GitError(
      'repository_denied',
      `The server's host key changed or isn't known: ${text} If the change is meant, remove the old key (DELETE /api/v1/certificates?hostNamePattern=HOST).`,
    );
  if (/no space left/i.test(text))
    return new GitError('repository_failed', `There is no space left for the mirror: ${text}`);
  if (/loose object|packfile|corrupt|bad object|index-pack failed|unable to read/i.test(text))
    return new GitError('repository_corrupt', `The mirror is damaged: ${text}`);
  if (/could not resolve|unable to connect|connection|timed out|unable to access/i.test(text))
    return new GitError('repository_unreachable', `The Git server can't be reached: ${text}`);
  return new GitError('repository_failed', `git ended with status ${String(status)}: ${text}`);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

async function folderBytes(folder: string): Promise<number> {
  const { readdir, stat } = await import('node:fs/promises');
  const names = await readdir(join(folder, 'objects/pack')).catch((): string[] => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, 'objects/pack', name)).then(
        (info) => info.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
