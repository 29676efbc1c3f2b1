import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_FETCH_BYTES } from '../git-client.port.js';
import { GitError } from '../git.errors.js';

/** What git writes to its error output is cut here. */
const MAX_ERROR_BYTES = 16_384;

/** Runs the git executable: bounded in time and output, with nothing of the machine's configuration, killed as a group. */
export class GitProcess {
  constructor(private readonly program: string) {}

  /**
   * @param mirrorDir is watched while it grows; too large ends the process.
   * @throws GitError for everything but success; what git said is cleaned and translated.
   */
  run(
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
