import { createHash, randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { DataSource, type Repository } from 'typeorm';
import { UserRecord } from '../../accounts/user.entity.js';
import type { Principal } from '../principal.js';
import { type CredentialKind, CredentialRecord } from './credential.entity.js';

/** Sessions end a day after signing in, and after eight hours without use. */
export const SESSION_LIFETIME_MS = 24 * 3_600_000;
const SESSION_IDLE_MS = 8 * 3_600_000;
/** Tokens of programs: never longer than a year. */
export const MAX_TOKEN_LIFETIME_MS = 366 * 24 * 3_600_000;
/** A revoked credential works at most this long in another process. In this one it stops at once. */
const CACHE_MS = 2_000;
const MAX_CACHED = 1_000;
/** `last_used_at` is written no more often than this. */
const TOUCH_MS = 60_000;
/** Expired rows are removed this often. */
const SWEEP_MS = 3_600_000;
/** So that a leaked one is recognised by scanners and by people. */
export const TOKEN_PREFIX = 'lotse_';

/** A role of a project, the subject `proj:<project>:<role>` of policies. */
export interface ProjectRole {
  readonly project: string;
  readonly role: string;
}

/** A credential in the clear, right after it was made. It can't be had again. */
export interface IssuedCredential {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Makes, checks and revokes sessions, API tokens and one-time links. Only digests are kept. */
@Injectable()
export class SessionService implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #records: Repository<CredentialRecord>;
  readonly #users: Repository<UserRecord>;
  readonly #cache = new Map<string, { readonly principal: Principal; readonly validUntil: number }>();

  #roleExists: (role: ProjectRole) => boolean = () => false;
  readonly #revoked: ((credentialId: string | undefined) => void)[] = [];

  #sweeping: NodeJS.Timeout | undefined;

  constructor(source: DataSource) {
    this.#records = source.getRepository(CredentialRecord);
    this.#users = source.getRepository(UserRecord);
  }

  onApplicationBootstrap(): void {
    // What is expired is refused anyway; a database that is away now is asked again an hour later.
    this.#sweeping = setInterval(() => void this.sweep().catch(() => undefined), SWEEP_MS);
    this.#sweeping.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#sweeping);
  }

  async issue(
    kind: CredentialKind,
    userName: string,
    lifetimeMs: number,
    label = '',
  ): Promise<IssuedCredential> {
    const token = `${TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`;
    const expiresAt = new Date(Date.now() + lifetimeMs);
    const now = new Date();
    const record = await this.#records.save(
      this.#records.create({
        kind,
        userName,
        label,
        digest: digestOf(token),
        createdAt: now,
        lastUsedAt: now,
        expiresAt,
      }),
    );
    return { id: record.id, token, expiresAt };
  }

  /** Who shows this token; undefined when it is unknown, expired, idle for too long, or its account is disabled. */
  async authenticate(token: string): Promise<Principal | undefined> {
    if (!token.startsWith(TOKEN_PREFIX) || token.length > 128) return undefined;
    const digest = digestOf(token);
    const key = digest.toString('base64');
    const cached = this.#cache.get(key);
    if (cached && cached.validUntil > Date.now()) return cached.principal;
    this.#cache.delete(key);
    const record = await this.#records.findOneBy({ digest });
    if (!record || record.kind === 'link' || !(await this.#isLive(record))) return undefined;
    const principal: Principal = {
      subject: record.userName,
      kind: record.kind === 'token' ? 'token' : 'user',
      groups: [],
      credentialId: record.id,
    };
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
    this.#cache.set(key, { principal, validUntil: Date.now() + CACHE_MS });
    return principal;
  }

  /** Uses up a one-time link; the account it was made for, or undefined. */
  async redeemLink(token: string): Promise<string | undefined> {
    if (!token.startsWith(TOKEN_PREFIX) || token.length > 128) return undefined;
    const { raw } = await this.#records
      .createQueryBuilder()
      .delete()
      .where('digest = :digest AND kind = :kind AND expires_at > now()', {
        digest: digestOf(token),
        kind: 'link',
      })
      .returning('user_name')
      .execute();
    const [row]: unknown[] = Array.isArray(raw) ? raw : [];
    return typeof row === 'object' && row !== null && 'user_name' in row && typeof row.user_name === 'string'
      ? row.user_name
      : undefined;
  }

  /** Where it is known which roles projects have. */
  useProjectRoles(exists: (role: ProjectRole) => boolean): void {
    this.#roleExists = exists;
  }

  /** Calls back when a credential (undefined: several) was revoked in this process, to end what rides on it. */
  onRevoked(listener: (credentialId: string | undefined) => void): void {
    this.#revoked.push(listener);
  }

  async revoke(id: string): Promise<void> {
    await this.#records.delete({ id });
    this.#changed(id);
  }

  /** All sessions (and, when asked, tokens) of an account: after a new password, or when it is disabled. */
  async revokeAllOf(userName: string, kinds: readonly CredentialKind[] = ['session', 'link']): Promise<void> {
    for (const kind of kinds) await this.#records.delete({ userName, kind });
    this.#changed(undefined);
  }

  async listOf(userName: string): Promise<CredentialRecord[]> {
    return this.#records.find({ where: { userName, kind: 'token' }, order: { createdAt: 'ASC' } });
  }

  /** @throws CodedError `token_not_found`. */
  async revokeTokenOf(userName: string, id: string): Promise<void> {
    const { affected } = await this.#records.delete({ id, userName, kind: 'token' });
    this.#changed(id);
    if (!affected) throw new CodedError('token_not_found', `${userName} has no token ${id}.`);
  }

  /** Removes what has expired. */
  async sweep(): Promise<void> {
    await this.#records.createQueryBuilder().delete().where('expires_at < now()').execute();
  }

  #changed(credentialId: string | undefined): void {
    this.#cache.clear();
    for (const listener of this.#revoked) listener(credentialId);
  }

  async #isLive(record: CredentialRecord): Promise<boolean> {
    const now = Date.now();
    if (record.expiresAt.getTime() <= now) return false;
    if (record.kind === 'session' && now - record.lastUsedAt.getTime() > SESSION_IDLE_MS) return false;
    const role = roleOf(record.userName);
    // a token of a role goes with the role
    if (
      role
        ? !this.#roleExists(role)
        : (await this.#users.findOneBy({ name: record.userName }))?.enabled !== true
    )
      return false;
    if (now - record.lastUsedAt.getTime() > TOUCH_MS)
      await this.#records.update({ id: record.id }, { lastUsedAt: new Date(now) });
    return true;
  }
}

function roleOf(subject: string): ProjectRole | undefined {
  const [prefix, project, role] = subject.split(':');
  return prefix === 'proj' && project && role ? { project, role } : undefined;
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
