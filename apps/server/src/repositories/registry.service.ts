import { Injectable } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { DataSource, type Repository } from 'typeorm';
import { parseRepositoryUrl } from './addresses/repository-url.js';
import { CredentialsService } from './credentials.service.js';
import { RepositoryInterests } from './repository-interests.js';
import { RepositoryStateService } from './repository-state.service.js';
import { RepositoryRecord } from './repository.entity.js';
import { heldKey } from './repository-use.js';
import type { RepositoryInput, RepositoryTemplateInput, RepositoryView } from './repository.schemas.js';
import { RepositoryService } from './repository.service.js';

/** What is common to repositories and templates. */
type Entry = Omit<RepositoryInput, 'repo' | 'type'> & { readonly url: string; readonly template: boolean };

/** Repositories and credentials people registered, and (shown beside them) those that applications use. */
@Injectable()
export class RepositoryRegistry {
  readonly #records: Repository<RepositoryRecord>;

  constructor(
    source: DataSource,
    private readonly credentials: CredentialsService,
    private readonly repositories: RepositoryService,
    private readonly states: RepositoryStateService,
    private readonly interests: RepositoryInterests,
  ) {
    this.#records = source.getRepository(RepositoryRecord);
  }

  async list(): Promise<RepositoryView[]> {
    const records = await this.#records.find({ where: { template: false }, order: { url: 'ASC' } });
    const views = await Promise.all(records.map((record) => this.#view(record)));
    const known = new Set(records.map((record) => parseRepositoryUrl(record.url).key));
    const used = [...this.interests.repositories()].filter(([key]) => !known.has(key));
    return [...views, ...(await Promise.all(used.map(([, url]) => this.#view(blank(url), false))))];
  }

  async get(url: string): Promise<RepositoryView> {
    const record = await this.#find(url, false);
    if (record) return this.#view(record);
    const { key } = parseRepositoryUrl(url);
    const used = this.interests.repositories().get(key);
    if (used === undefined) throw notFound(url);
    return this.#view(blank(used), false);
  }

  /** A repository that somebody registered. */
  async registered(url: string): Promise<RepositoryView | undefined> {
    const record = await this.#find(url, false);
    return record && this.#view(record);
  }

  async listTemplates(): Promise<{ url: string; type: 'git'; username: string; project: string }[]> {
    const records = await this.#records.find({ where: { template: true }, order: { url: 'ASC' } });
    return records.map(({ url, username, project }) => ({ url, type: 'git', username, project }));
  }

  /** @param upsert replaces an existing one. @throws CodedError `repository_already_exists`. */
  async create(input: RepositoryInput, upsert: boolean): Promise<RepositoryView> {
    const record = await this.#save({ ...input, url: input.repo, template: false }, upsert);
    return this.#view(record);
  }

  async createTemplate(input: RepositoryTemplateInput, upsert: boolean): Promise<void> {
    await this.#save({ ...input, name: '', template: true }, upsert);
  }

  /** Changes what is given; secrets that aren't sent stay. @throws CodedError `repository_not_found`. */
  async update(url: string, input: RepositoryInput): Promise<RepositoryView> {
    const record = await this.#find(url, false);
    if (!record) throw notFound(url);
    const kept = this.credentials.secretsOf(record);
    const {
      password = kept.password,
      bearerToken = kept.bearerToken,
      sshPrivateKey = kept.sshPrivateKey,
    } = input;
    await this.#records.update(
      { url: record.url },
      {
        name: input.name,
        project: input.project,
        insecure: input.insecure,
        username: input.username,
        secrets: this.credentials.encrypt(record.url, { password, bearerToken, sshPrivateKey }),
        updatedAt: new Date(),
      },
    );
    await this.repositories.forget(record.url);
    return this.get(url);
  }

  async remove(url: string, template: boolean): Promise<void> {
    const record = await this.#find(url, template);
    if (!record) throw notFound(url);
    await this.#records.delete({ url: record.url });
    await this.repositories.forget(record.url, template);
  }

  async #save(entry: Entry, upsert: boolean): Promise<RepositoryRecord> {
    const address = parseRepositoryUrl(entry.url);
    const url = address.kind === 'local' ? address.path : address.url;
    const existing = await this.#find(url, entry.template);
    if (existing && !upsert)
      throw new CodedError(
        'repository_already_exists',
        `${existing.url} is registered already. Send upsert=true to replace it.`,
      );
    const other = await this.#find(url, !entry.template);
    if (other)
      throw new CodedError(
        'repository_conflict',
        `${other.url} is registered already as ${entry.template ? 'a repository' : 'credentials for all repositories below it'}. Remove that first, or use another address.`,
      );
    const username =
      entry.username === '' && address.kind === 'http' ? (address.username ?? '') : entry.username;
    const now = new Date();
    const key = existing?.url ?? url;
    const { password, bearerToken, sshPrivateKey } = entry;
    await this.#records.upsert(
      {
        url: key,
        template: entry.template,
        name: entry.name,
        project: entry.project,
        insecure: entry.insecure,
        username,
        secrets: this.credentials.encrypt(key, { password, bearerToken, sshPrivateKey }),
        createdAt: existing?.createdAt ?? now,
        updatedAt: now,
      },
      ['url'],
    );
    await this.repositories.forget(key, entry.template);
    return this.#records.findOneByOrFail({ url: key });
  }

  async #find(url: string, template: boolean): Promise<RepositoryRecord | undefined> {
    const { key } = parseRepositoryUrl(url);
    return (await this.#records.find({ where: { template } })).find(
      (record) => parseRepositoryUrl(record.url).key === key,
    );
  }

  async #view(record: RepositoryRecord, registered = true): Promise<RepositoryView> {
    const { key } = parseRepositoryUrl(record.url);
    const status = await this.states.get(heldKey(key, this.credentials.scopeOf(key, record.project)));
    const secrets = registered ? this.credentials.secretsOf(record) : {};
    return {
      repo: record.url,
      type: 'git',
      name: record.name,
      project: record.project,
      username: record.username,
      insecure: record.insecure,
      hasPassword: secrets.password !== undefined || secrets.bearerToken !== undefined,
      hasSshPrivateKey: secrets.sshPrivateKey !== undefined,
      registered,
      connectionState: {
        status: status.state,
        message: status.message,
        attemptedAt: status.polledAt?.toISOString(),
      },
      driver: status.driver,
      driverReason: status.driverReason,
      lastFetchedAt: status.fetchedAt?.toISOString(),
    };
  }
}

function blank(url: string): RepositoryRecord {
  const never = new Date(0);
  return Object.assign(new RepositoryRecord(), {
    url,
    template: false,
    name: '',
    project: '',
    insecure: false,
    username: '',
    secrets: null,
    createdAt: never,
    updatedAt: never,
  });
}

function notFound(url: string): CodedError {
  return new CodedError(
    'repository_not_found',
    `No repository ${JSON.stringify(url.slice(0, 200))} is registered or used by an application.`,
  );
}
