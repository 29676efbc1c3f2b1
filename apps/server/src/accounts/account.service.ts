import { rm } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { DataSource, type Repository } from 'typeorm';
import { ADMIN, adminPasswordFile } from '../auth/admin-account.js';
import { hashPassword, verifyPassword } from '../auth/passwords/password-hash.js';
import {
  type IssuedCredential,
  MAX_TOKEN_LIFETIME_MS,
  SessionService,
} from '../auth/sessions/session.service.js';
import { CONFIG, type Config } from '../config/config.js';
import { HttpCodedError } from '../http/status-codes.js';
import type { AccountView, NewAccount } from './account.schemas.js';
import { UserRecord } from './user.entity.js';

const DEFAULT_TOKEN_LIFETIME_MS = 90 * 24 * 3_600_000;
const MAX_TOKENS = 50;

/** Accounts, their passwords and their API tokens. */
@Injectable()
export class AccountService {
  readonly #users: Repository<UserRecord>;

  constructor(
    source: DataSource,
    private readonly sessions: SessionService,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.#users = source.getRepository(UserRecord);
  }

  async list(): Promise<AccountView[]> {
    const users = await this.#users.find({ order: { name: 'ASC' } });
    return Promise.all(users.map((user) => this.#view(user)));
  }

  async get(name: string): Promise<AccountView> {
    return this.#view(await this.#find(name));
  }

  /** @throws CodedError `account_already_exists`. */
  async create({ name, password, enabled }: NewAccount): Promise<AccountView> {
    if (await this.#users.findOneBy({ name }))
      throw new CodedError('account_already_exists', `There is an account ${name} already.`);
    const now = new Date();
    await this.#users.insert({
      name,
      passwordHash: password === undefined ? null : await hashPassword(password),
      enabled,
      createdAt: now,
      passwordChangedAt: now,
    });
    return this.get(name);
  }

  /** Disabling ends the account's sessions at once. */
  async setEnabled(name: string, enabled: boolean): Promise<AccountView> {
    const user = await this.#find(name);
    if (user.name === ADMIN && !enabled)
      throw new CodedError('account_invalid', 'The admin account stays enabled: it is the way back in.');
    await this.#users.update({ id: user.id }, { enabled });
    if (!enabled) await this.sessions.revokeAllOf(name);
    return this.get(name);
  }

  async remove(name: string): Promise<void> {
    const user = await this.#find(name);
    if (user.name === ADMIN)
      throw new CodedError('account_invalid', 'The admin account stays: it is the way back in.');
    await this.sessions.revokeAllOf(name, ['session', 'token', 'link']);
    await this.#users.delete({ id: user.id });
  }

  /** The one who asks proves who they are with their own password; all sessions of the account end. */
  async changePassword(
    askedBy: string,
    currentPassword: string,
    name: string,
    newPassword: string,
  ): Promise<void> {
    const asking = await this.#users.findOneBy({ name: askedBy });
    if (!(await verifyPassword(currentPassword, asking?.passwordHash ?? undefined)))
      throw new HttpCodedError(
        403,
        'password_denied',
        'Your current password is wrong; nothing was changed.',
      );
    const user = await this.#find(name);
    await this.#users.update(
      { id: user.id },
      { passwordHash: await hashPassword(newPassword), passwordChangedAt: new Date() },
    );
    await this.sessions.revokeAllOf(name);
    // The file of the first start holds a password that is none any more.
    if (name === ADMIN) await rm(adminPasswordFile(this.config), { force: true });
  }

  /** A token for a program; it is shown this once. @param expiresInMs at most a year; 90 days when not given. */
  async createToken(name: string, label: string, expiresInMs: number | undefined): Promise<IssuedCredential> {
    await this.#find(name);
    if ((await this.sessions.listOf(name)).length >= MAX_TOKENS)
      throw new CodedError(
        'tokens_too_many',
        `Account ${name} has ${MAX_TOKENS} tokens already. Delete some first.`,
      );
    return this.sessions.issue(
      'token',
      name,
      Math.min(expiresInMs ?? DEFAULT_TOKEN_LIFETIME_MS, MAX_TOKEN_LIFETIME_MS),
      label,
    );
  }

  async removeToken(name: string, id: string): Promise<void> {
    await this.sessions.revokeTokenOf(name, id);
  }

  async #find(name: string): Promise<UserRecord> {
    const user = await this.#users.findOneBy({ name });
    if (!user)
      throw new CodedError('account_not_found', `There is no account ${JSON.stringify(name.slice(0, 64))}.`);
    return user;
  }

  async #view(user: UserRecord): Promise<AccountView> {
    const tokens = await this.sessions.listOf(user.name);
    return {
      name: user.name,
      enabled: user.enabled,
      capabilities: user.passwordHash === null ? ['apiKey'] : ['login', 'apiKey'],
      tokens: tokens.map((token) => ({
        id: token.id,
        label: token.label,
        issuedAt: seconds(token.createdAt),
        expiresAt: seconds(token.expiresAt),
        lastUsedAt: seconds(token.lastUsedAt),
      })),
    };
  }
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000);
}
