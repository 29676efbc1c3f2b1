import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository made for one test: a bare one to serve and a working copy to commit in. */
export class WorkRepository {
  /** Folder that contains the bare repository; serve this. */
  readonly root: string;
  readonly name = 'app.git';
  readonly #work: string;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), 'lotse-git-'));
    this.#work = join(this.root, 'work');
    this.#git(['init', '--quiet', '--bare', '--initial-branch=main', join(this.root, this.name)], this.root);
    this.#git(['clone', '--quiet', join(this.root, this.name), this.#work], this.root);
    this.#git(['checkout', '--quiet', '-B', 'main']);
  }

  /** The bare repository as a path. */
  get path(): string {
    return join(this.root, this.name);
  }

  /** The working copy. */
  get folder(): string {
    return this.#work;
  }

  /** Writes files, commits and pushes; answers the commit. `undefined` removes a file. */
  commit(message: string, files: Record<string, string | undefined>): string {
    for (const [path, content] of Object.entries(files)) {
      const target = join(this.#work, path);
      if (content === undefined) rmSync(target);
      else {
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, content);
      }
    }
    this.#git(['add', '--all']);
    this.#git(['commit', '--quiet', '--message', message]);
    this.#git(['push', '--quiet', 'origin', 'main']);
    return this.#git(['rev-parse', 'HEAD']).trim();
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #git(args: readonly string[], cwd = this.#work): string {
    return execFileSync('git', args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@example.com',
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'ada@example.com',
        GIT_CONFIG_GLOBAL: '/dev/null',
      },
    });
  }
}
