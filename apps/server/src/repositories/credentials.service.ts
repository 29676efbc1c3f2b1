import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import { z } from 'zod';
import { Encryption } from '../database/encryption/encryption.js';
import { parseRepositoryUrl } from './addresses/repository-url.js';
import type { GitRemote } from './git/git-client.port.js';
import { RepositoryRecord } from './repository.entity.js';

/** What is kept encrypted. */
export const secretsSchema = z.object({
  password: z.string().optional(),
  bearerToken: z.string().optional(),
  sshPrivateKey: z.string().optional(),
});
export type RepositorySecrets = z.output<typeof secretsSchema>;

/**
 * Finds what to show a Git server: the registered repository's credentials, else those of the longest template. What
 * belongs to a project serves that project's applications alone, and these before what belongs to everybody.
 */
@Injectable()
export class CredentialsService implements OnModuleInit {
  readonly #records: Repository<RepositoryRecord>;
  #known: readonly RepositoryRecord[] = [];

  constructor(
    source: DataSource,
    private readonly encryption: Encryption,
  ) {
    this.#records = source.getRepository(RepositoryRecord);
  }

  async onModuleInit(): Promise<void> {
    await this.reload();
  }

  /** Reads again what is registered, after that changed. */
  async reload(): Promise<void> {
    this.#known = await this.#records.find();
  }

  /**
   * Who shares what is fetched: the project, where it has credentials of its own for the address; else '', everybody.
   * @param key the address as `parseRepositoryUrl` names it.
   */
  scopeOf(key: string, project: string): string {
    return project !== '' && this.#recordFor(key, project)?.project === project ? project : '';
  }

  /** @param scope as `scopeOf` answers it. */
  async remoteFor(url: string, scope: string): Promise<GitRemote> {
    const address = parseRepositoryUrl(url);
    if (address.kind === 'local') return { url, credentials: {}, insecure: false };
    await this.reload();
    const record = this.#recordFor(address.key, scope);
    const secrets = record ? this.secretsOf(record) : {};
    const username =
      record && record.username !== ''
        ? record.username
        : address.kind === 'http'
          ? address.username
          : undefined;
    return {
      url: address.url,
      credentials: { username, ...secrets },
      insecure: record?.insecure ?? false,
      plainHttp: record?.forceHttp ?? false,
    };
  }

  secretsOf(record: RepositoryRecord): RepositorySecrets {
    return record.secrets === null
      ? {}
      : secretsSchema.parse(JSON.parse(this.encryption.decrypt(record.secrets, purposeOf(record.url))));
  }

  encrypt(url: string, secrets: RepositorySecrets): Buffer | null {
    const given = Object.fromEntries(
      Object.entries(secrets).filter(([, value]) => value !== undefined && value !== ''),
    );
    return Object.keys(given).length === 0
      ? null
      : this.encryption.encrypt(JSON.stringify(given), purposeOf(url));
  }

  #recordFor(key: string, project: string): RepositoryRecord | undefined {
    const own = (a: RepositoryRecord, b: RepositoryRecord): number =>
      Number(b.project !== '') - Number(a.project !== '');
    const usable = this.#known.filter((record) => record.project === '' || record.project === project);
    const exact = usable
      .filter((record) => !record.template && saysSomething(record) && keyOf(record.url) === key)
      .sort(own);
    const templates = usable
      .filter((record) => record.template && isBelow(key, keyOf(record.url)))
      .sort((a, b) => b.url.length - a.url.length || own(a, b));
    return exact[0] ?? templates[0];
  }
}

/** An entry that only gives a repository a name leaves its credentials to the templates. */
function saysSomething({ secrets, username, insecure, forceHttp }: RepositoryRecord): boolean {
  return secrets !== null || username !== '' || insecure || forceHttp;
}

/** Binds a secret to the repository it is for. */
function purposeOf(url: string): string {
  return `repository ${url}`;
}

function keyOf(url: string): string | undefined {
  try {
    return parseRepositoryUrl(url).key;
  } catch {
    return undefined;
  }
}

/** `https://host/team` covers `https://host/team` and what is below it, not `https://host/team-b`. */
export function isBelow(key: string, template: string | undefined): boolean {
  return (
    template !== undefined &&
    (key === template ||
      key.startsWith(`${template}/`) ||
      (template.endsWith('/') && key.startsWith(template)))
  );
}
