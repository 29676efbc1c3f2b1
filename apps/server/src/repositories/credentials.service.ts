import { Injectable } from '@nestjs/common';
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

/** Finds what to show a Git server: the registered repository's credentials, else those of the longest template. */
@Injectable()
export class CredentialsService {
  readonly #records: Repository<RepositoryRecord>;

  constructor(
    source: DataSource,
    private readonly encryption: Encryption,
  ) {
    this.#records = source.getRepository(RepositoryRecord);
  }

  async remoteFor(url: string): Promise<GitRemote> {
    const address = parseRepositoryUrl(url);
    if (address.kind === 'local') return { url, credentials: {}, insecure: false };
    const record = await this.#recordFor(address.key);
    const secrets = record ? this.secretsOf(record) : {};
    const username =
      record && record.username !== ''
        ? record.username
        : address.kind === 'http'
          ? address.username
          : undefined;
    return { url: address.url, credentials: { username, ...secrets }, insecure: record?.insecure ?? false };
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

  async #recordFor(key: string): Promise<RepositoryRecord | undefined> {
    const records = await this.#records.find();
    const exact = records.find((record) => !record.template && keyOf(record.url) === key);
    if (exact && (exact.secrets !== null || exact.username !== '' || exact.insecure)) return exact;
    const templates = records.filter((record) => record.template && isBelow(key, keyOf(record.url)));
    return templates.sort((a, b) => b.url.length - a.url.length)[0] ?? exact;
  }
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
function isBelow(key: string, template: string | undefined): boolean {
  return (
    template !== undefined &&
    (key === template ||
      key.startsWith(`${template}/`) ||
      (template.endsWith('/') && key.startsWith(template)))
  );
}
