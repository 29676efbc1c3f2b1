import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import type { GitDriver } from './git/git-client.port.js';
import { RepositoryStateRecord } from './repository-state.entity.js';

/** What the status of a repository says. */
export interface RepositoryStatus {
  readonly state: 'Successful' | 'Failed' | 'Unknown';
  readonly message: string;
  readonly driver: string;
  readonly driverReason: string;
  readonly failures: number;
  readonly polledAt: Date | undefined;
  readonly fetchedAt: Date | undefined;
}

const UNKNOWN: RepositoryStatus = {
  state: 'Unknown',
  message: '',
  driver: '',
  driverReason: '',
  failures: 0,
  polledAt: undefined,
  fetchedAt: undefined,
};
/** A good poll that only repeats the last one isn't written more often than this. */
const REWRITE_MS = 5 * 60_000;

/** Keeps what is known about each repository, in memory and (when it changes) in the database for other processes. */
@Injectable()
export class RepositoryStateService {
  readonly #records: Repository<RepositoryStateRecord>;
  readonly #known = new Map<string, RepositoryStatus>();
  readonly #written = new Map<string, { readonly state: string; readonly at: number }>();

  constructor(source: DataSource) {
    this.#records = source.getRepository(RepositoryStateRecord);
  }

  async get(key: string): Promise<RepositoryStatus> {
    const known = this.#known.get(key);
    if (known) return known;
    const record = await this.#records.findOneBy({ url: key });
    if (!record) return UNKNOWN;
    return {
      message: record.message,
      driver: record.driver,
      driverReason: record.driverReason,
      failures: record.failures,
      state: record.state === 'Successful' || record.state === 'Failed' ? record.state : 'Unknown',
      polledAt: record.polledAt ?? undefined,
      fetchedAt: record.fetchedAt ?? undefined,
    };
  }

  failuresOf(key: string): number {
    return this.#known.get(key)?.failures ?? 0;
  }

  async succeeded(
    key: string,
    what: 'poll' | 'fetch',
    driver: GitDriver | 'helm' | 'oci',
    driverReason: string,
  ): Promise<void> {
    const before = await this.get(key);
    const now = new Date();
    await this.#set(
      key,
      {
        state: 'Successful',
        message: '',
        driver,
        driverReason,
        failures: 0,
        polledAt: what === 'poll' ? now : before.polledAt,
        fetchedAt: what === 'fetch' ? now : before.fetchedAt,
      },
      what === 'fetch',
    );
  }

  async failed(key: string, message: string, driver: string, driverReason: string): Promise<void> {
    const before = await this.get(key);
    await this.#set(
      key,
      {
        ...before,
        state: 'Failed',
        message,
        driver: driver === '' ? before.driver : driver,
        driverReason: driver === '' ? before.driverReason : driverReason,
        failures: before.failures + 1,
        polledAt: new Date(),
      },
      true,
    );
  }

  async forget(key: string): Promise<void> {
    this.#known.delete(key);
    this.#written.delete(key);
    await this.#records.delete({ url: key });
  }

  async #set(key: string, status: RepositoryStatus, write: boolean): Promise<void> {
    this.#known.set(key, status);
    const written = this.#written.get(key);
    if (!write && written?.state === status.state && Date.now() - written.at < REWRITE_MS) return;
    this.#written.set(key, { state: status.state, at: Date.now() });
    await this.#records.upsert(
      { url: key, ...status, polledAt: status.polledAt ?? null, fetchedAt: status.fetchedAt ?? null },
      ['url'],
    );
  }
}
