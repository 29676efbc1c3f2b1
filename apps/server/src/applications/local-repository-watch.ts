import { existsSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { parseRepositoryUrl } from '../repositories/addresses/repository-url.js';
import { RepositoryPoller } from '../repositories/repository-poller.js';
import { ApplicationStore } from './application-store.js';

/** Git writes several files for one commit; they are one event. */
const SETTLE_MS = 100;
/** More local repositories than this are polled only. */
const MAX_WATCHED = 64;

/** Sees commits to repositories on this machine when they are made, instead of at the next poll. */
@Injectable()
export class LocalRepositoryWatch implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #watched = new Map<string, { watchers: FSWatcher[]; timer: NodeJS.Timeout | undefined }>();
  #stop: (() => void) | undefined;

  constructor(
    private readonly store: ApplicationStore,
    private readonly poller: RepositoryPoller,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.#stop = this.store.onChange(({ type, application }) => {
      if (type === 'ADDED') this.#follow(application.spec.source?.repoURL);
    });
    for (const { spec } of await this.store.list()) this.#follow(spec.source?.repoURL);
  }

  onModuleDestroy(): void {
    this.#stop?.();
    for (const { watchers, timer } of this.#watched.values()) {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    }
    this.#watched.clear();
  }

  #follow(url: string | undefined): void {
    if (url === undefined || this.#watched.has(url) || this.#watched.size >= MAX_WATCHED) return;
    const folder = gitFolder(url);
    if (folder === undefined) return;
    const entry: { watchers: FSWatcher[]; timer: NodeJS.Timeout | undefined } = {
      watchers: [],
      timer: undefined,
    };
    const changed = (): void => {
      clearTimeout(entry.timer);
      entry.timer = setTimeout(() => void this.poller.pollNow(url).catch(() => undefined), SETTLE_MS);
      entry.timer.unref();
    };
    try {
      const refs = watch(join(folder, 'refs'), { recursive: true, persistent: false }, changed);
      const top = watch(folder, { persistent: false }, (_, name) => {
        if (name === 'HEAD' || name === 'packed-refs') changed();
      });
      for (const watcher of [refs, top]) watcher.on('error', () => watcher.close());
      entry.watchers.push(refs, top);
      this.#watched.set(url, entry);
    } catch {
      // not every file system can be watched: polls see the commit too
    }
  }
}

/** The folder with the refs of a repository on this machine. */
function gitFolder(url: string): string | undefined {
  try {
    const address = parseRepositoryUrl(url);
    if (address.kind !== 'local') return undefined;
    return [join(address.path, '.git'), address.path].find((folder) => existsSync(join(folder, 'refs')));
  } catch {
    return undefined;
  }
}
