import { Injectable } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { DataSource, type Repository } from 'typeorm';
import { ChartInterests } from '../charts/chart-interests.js';
import { CredentialsService } from './credentials.service.js';
import { RepositoryInterests } from './repository-interests.js';
import { RepositoryStateService } from './repository-state.service.js';
import { RepositoryRecord } from './repository.entity.js';
import { heldKey } from './repository-use.js';
import { keyOfAddress, registeredAddress, type RepositoryType } from './registered-address.js';
import type { RepositoryInput, RepositoryTemplateInput, RepositoryView } from './repository.schemas.js';
import { RepositoryService } from './repository.service.js';

/** What is common to repositories and templates. */
type Entry = Omit<RepositoryInput, 'repo'> & { readonly url: string; readonly template: boolean };

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
    private readonly charts: ChartInterests,
  ) {
    this.#records = source.getRepository(RepositoryRecord);
  }

  async list(): Promise<RepositoryView[]> {
    const records = await this.#records.find({ where: { template: false }, order: { url: 'ASC' } });
    const views = await Promise.all(records.map((record) => this.#view(record)));
    const known = new Set(records.map((record) => registeredAddress(record.url, record.type).statusKey));
    const used = [
      ...[...this.interests.repositories()].map(([key, url]) => ({ key, record: blank(url, 'git') })),
      ...[...this.charts.byRepository().keys()].map((key) => ({
        key,
        record: blank(urlOfChartKey(key), 'helm'),
      })),
    ].filter(({ key }) => !known.has(key));
    return [...views, ...(await Promise.all(used.map(({ record }) => this.#view(record, false))))];
  }

  async get(url: string): Promise<RepositoryView> {
    const record = await this.#find(url, false);
    if (record) return this.#view(record);
    const key = keyOfAddress(url);
    const used = this.interests.repositories().get(key);
    if (used !== undefined) return this.#view(blank(used, 'git'), false);
    const chartKey = [key, `helm+${key}`].find((each) => this.charts.isFollowed(each));
    if (chartKey === undefined) throw notFound(url);
    return this.#view(blank(urlOfChartKey(chartKey), 'helm'), false);
  }

  /** A repository that somebody registered. */
  async registered(url: string): Promise<RepositoryView | undefined> {
    const record = await this.#find(url, false);
    return record && this.#view(record);
  }

  async listTemplates(): Promise<{ url: string; type: RepositoryType; username: string; project: string }[]> {
    const records = await this.#records.find({ where: { template: true }, order: { url: 'ASC' } });
    return records.map(({ url, type, username, project }) => ({ url, type, username, project }));
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
        forceHttp: input.insecureOCIForceHttp,
        username: input.username,
        secrets: this.credentials.encrypt(record.url, { password, bearerToken, sshPrivateKey }),
        updatedAt: new Date(),
      },
    );
    await this.#forget(record);
    return this.get(url);
  }

  async remove(url: string, template: boolean): Promise<void> {
    const record = await this.#find(url, template);
    if (!record) throw notFound(url);
    await this.#records.delete({ url: record.url });
    await this.#forget(record);
  }

  async #save(entry: Entry, upsert: boolean): Promise<RepositoryRecord> {
    const type = entry.type === 'git' ? 'git' : 'helm';
    const address = registeredAddress(entry.url, type);
    const { url } = address;
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
    const username = entry.username === '' ? (address.username ?? '') : entry.username;
    const now = new Date();
    const key = existing?.url ?? url;
    const { password, bearerToken, sshPrivateKey } = entry;
    await this.#records.upsert(
      {
        url: key,
        template: entry.template,
        type,
        forceHttp: entry.insecureOCIForceHttp,
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
    const saved = await this.#records.findOneByOrFail({ url: key });
    await this.#forget(saved);
    return saved;
  }

  /** What was fetched with other credentials isn't used any more. */
  async #forget({ url, type, template, project }: RepositoryRecord): Promise<void> {
    if (type === 'git') return this.repositories.forget(url, template);
    const { key, statusKey } = registeredAddress(url, type);
    await this.credentials.reload();
    await this.states.forget(heldKey(statusKey, this.credentials.scopeOf(key, project)));
  }

  async #find(url: string, template: boolean): Promise<RepositoryRecord | undefined> {
    const key = keyOfAddress(url);
    return (await this.#records.find({ where: { template } })).find(
      (record) => registeredAddress(record.url, record.type).key === key,
    );
  }

  async #view(record: RepositoryRecord, registered = true): Promise<RepositoryView> {
    const { key, statusKey } = registeredAddress(record.url, record.type);
    const status = await this.states.get(heldKey(statusKey, this.credentials.scopeOf(key, record.project)));
    const secrets = registered ? this.credentials.secretsOf(record) : {};
    return {
      repo: record.url,
      type: record.type,
      enableOCI: record.url.startsWith('oci://'),
      insecureOCIForceHttp: record.forceHttp,
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

function urlOfChartKey(key: string): string {
  return key.replace(/^helm\+/, '');
}

function blank(url: string, type: RepositoryType): RepositoryRecord {
  const never = new Date(0);
  return Object.assign(new RepositoryRecord(), {
    url,
    type,
    forceHttp: false,
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
