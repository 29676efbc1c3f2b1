import { Inject, Injectable } from '@nestjs/common';
import { sourceAllowed, type Application } from '@lotse/gitops';
import { parseRemoteAddress } from '@lotse/kustomize';
import { CodedError } from '@lotse/manifests';
import { ClusterHost } from '../cluster/cluster-host.js';
import { CONFIG, type Config } from '../config/config.js';
import { remoteFingerprint, type RemoteInput } from '../rendering/remote-inputs.js';
import { RepositoryInterests, type Interest } from '../repositories/repository-interests.js';
import { RepositoryService, sameRepository } from '../repositories/repository.service.js';
import { projectOf } from './project-rules.js';
import { getRemoteFile, type RemoteFile } from './remote-file.js';

/** Files of the web that are kept to be given again within a poll interval. */
const KEPT_FILES = 200;
/** All that are kept, and all of one kustomization, together: the largest ones would take gigabytes. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** What a render of an application uses to reach other repositories. */
export interface RemoteAccess {
  readonly fetchRemotes: (addresses: readonly string[]) => Promise<Readonly<Record<string, RemoteInput>>>;
  readonly remoteFingerprint: (address: string) => Promise<string>;
}

/**
 * Remote bases and files of kustomizations: only what the project's `sourceRepos` allow, with its credentials, through the
 * same mirrors as every other repository. Whoever uses one follows it, and is told when it moves.
 */
@Injectable()
export class KustomizeRemotes {
  readonly #followed = new Map<string, Map<string, Interest>>();
  readonly #files = new Map<string, { readonly file: RemoteFile; readonly at: number }>();

  constructor(
    private readonly host: ClusterHost,
    private readonly repositories: RepositoryService,
    private readonly interests: RepositoryInterests,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @param refresh asks the servers now. */
  of(application: Application, refresh: boolean): RemoteAccess {
    const known = new Map<string, Promise<RemoteInput>>();
    const sizes = new Map<string, number>();
    const find = (address: string): Promise<RemoteInput> => {
      const found = known.get(address) ?? this.#find(application, address, refresh);
      known.set(address, found);
      return found;
    };
    return {
      fetchRemotes: async (addresses) => {
        const found: Record<string, RemoteInput> = Object.create(null) as Record<string, RemoteInput>;
        for (const address of addresses) {
          const input = await find(address);
          if (input.kind === 'file') sizes.set(address, input.content.length);
          if (sum(sizes.values()) > MAX_FILE_BYTES)
            throw new CodedError(
              'render_remotes_refused',
              `The remote files of the kustomization have more than ${MAX_FILE_BYTES} bytes together. Put some of them into the repository.`,
            );
          found[address] = input;
        }
        return found;
      },
      remoteFingerprint: async (address) => remoteFingerprint(await find(address)),
    };
  }

  /** Applications whose kustomizations name a repository. */
  usersOf(url: string): string[] {
    return [...this.#followed]
      .filter(([, interests]) =>
        [...interests.values()].some((interest) => sameRepository(interest.url, url)),
      )
      .map(([name]) => name);
  }

  /** The application is gone, or its sources are others now. */
  forget(application: string): void {
    this.#followed.delete(application);
    this.interests.remove(ownerOf(application));
  }

  async #find(application: Application, text: string, refresh: boolean): Promise<RemoteInput> {
    const address = parseRemoteAddress(text);
    if (!address)
      throw new CodedError(
        'render_remote_invalid',
        `The kustomization names ${JSON.stringify(text.slice(0, 200))}, which is no address of a repository or file. Write https://host/owner/name//folder?ref=revision.`,
      );
    if (/^[^/]*\/\/[^/@]*:[^/@]*@/.test(address.url))
      throw new CodedError(
        'render_remote_invalid',
        `The kustomization names ${withoutSecrets(address.url)} with a password in the address. Take it out, and register the repository with its credentials.`,
      );
    const project = projectOf(application, this.host.client);
    if (!sourceAllowed(project, address.url))
      throw new CodedError(
        'project_denied',
        `the kustomization names ${withoutSecrets(address.url)}, which is not permitted in project '${application.spec.project}'. Add it to the project's sourceRepos.`,
      );
    if (address.kind === 'file') {
      if ((project.spec.signatureKeys ?? []).length > 0)
        throw new CodedError(
          'signature_denied',
          `The remote file ${withoutSecrets(address.url)} can't be signed, as the project '${application.spec.project}' requires. Put it into a repository.`,
        );
      return { kind: 'file', ...(await this.#file(address.url, refresh)) };
    }
    const { url, path, ref: revision = 'HEAD' } = address;
    const where = { url, project: application.spec.project };
    this.#follow(application, { ...where, revision });
    const { commit } = await this.repositories.resolve(where, revision, { refresh });
    const location = await this.repositories.locate(where, commit);
    return { kind: 'folder', location, path, repoURL: url, revision };
  }

  #follow(application: Application, interest: Interest): void {
    const name = application.metadata.name ?? '';
    const interests = this.#followed.get(name) ?? new Map<string, Interest>();
    const key = `${interest.url} ${interest.revision} ${interest.project ?? ''}`;
    if (interests.has(key)) return;
    interests.set(key, interest);
    this.#followed.set(name, interests);
    this.interests.set(ownerOf(name), [...interests.values()]);
  }

  async #file(url: string, refresh: boolean): Promise<RemoteFile> {
    const kept = this.#files.get(url);
    if (kept && !refresh && Date.now() - kept.at < this.config.pollIntervalMs) return kept.file;
    const file = await getRemoteFile(url, this.config.allowLocalRepositories);
    this.#files.delete(url);
    this.#files.set(url, { file, at: Date.now() });
    let bytes = sum([...this.#files.values()].map(({ file: { content } }) => content.length));
    for (const [oldest, { file: old }] of this.#files) {
      if (this.#files.size <= KEPT_FILES && bytes <= MAX_FILE_BYTES) break;
      this.#files.delete(oldest);
      bytes -= old.content.length;
    }
    return file;
  }
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const each of numbers) total += each;
  return total;
}

function ownerOf(application: string): string {
  return `remotes of application/${application}`;
}

function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/, '');
}
