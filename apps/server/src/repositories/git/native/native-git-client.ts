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
  MAX_REFS_BYTES,
} from '../git-client.port.js';
import { GitError } from '../git.errors.js';
import { notePeeled } from '../http/list-refs.js';
import type { RefSnapshot } from '../refs.js';
import { GitProcess } from './git-process.js';

const SSH_CONNECT_SECONDS = 15;
/** A transfer slower than this for a minute has hung. */
const LOW_SPEED = ['-c', 'http.lowSpeedLimit=100', '-c', 'http.lowSpeedTime=60'];

/** Talks to Git servers by the machine's git (and, for ssh, its ssh). */
export class NativeGitClient implements GitClient {
  readonly driver = 'native' as const;
  readonly #git: GitProcess;

  constructor(
    /** For keys while they are in use, and for known hosts. */
    private readonly workDir: string,
    private readonly allowInside: boolean,
    program = 'git',
  ) {
    this.#git = new GitProcess(program);
  }

  /** The installed version; undefined when there is no git. */
  async version(): Promise<string | undefined> {
    try {
      const { text } = await this.#git.run(['version'], {}, 5_000, 1_024);
      return /(\d+\.\d+(\.\d+)?)/.exec(text)?.[1];
    } catch {
      return undefined;
    }
  }

  async listRefs(remote: GitRemote, prefixes: readonly string[]): Promise<RefSnapshot> {
    return this.#withAccess(remote, async (options, env) => {
      const patterns = prefixes.map((prefix) => (prefix === 'HEAD' ? prefix : `${prefix}*`));
      const { text } = await this.#git.run(
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
      await this.#git.run(['init', '--quiet', '--bare', '--', mirrorDir], {}, 10_000, 1_024);
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
      await this.#git.run(fetch, env, FETCH_TIMEOUT_MS, MAX_REFS_BYTES, mirrorDir);
      const { text } = await this.#git.run(
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
}

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
function parseLsRemote(text: string): RefSnapshot {
  const refs = new Map<string, string>();
  const annotatedTags = new Map<string, string>();
  let head: string | undefined;
  for (const line of text.split('\n')) {
    const [left = '', name = ''] = line.split('\t');
    if (left.startsWith('ref: ') && name === 'HEAD') head = left.slice('ref: '.length);
    else if (/^[0-9a-f]{40}$/.test(left)) {
      notePeeled(name, refs, annotatedTags);
      refs.set(name.replace(/\^\{\}$/, ''), left);
    }
  }
  const headCommit = refs.get('HEAD');
  refs.delete('HEAD');
  return { refs, annotatedTags, head, headCommit };
}
