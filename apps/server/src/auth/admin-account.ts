import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { UserRecord } from '../accounts/user.entity.js';
import { writePrivateFile } from '../bootstrap/private-file.js';
import type { Config } from '../config/config.js';
import { hashPassword, verifyPassword } from './passwords/password-hash.js';

export const ADMIN = 'admin';
/** 18 random bytes: 24 characters that survive being typed. */
const PASSWORD_BYTES = 18;

/**
 * Makes sure there is an `admin`: with the password of the settings (followed when it changes there), else with one
 * made now and kept in `<data>/admin-password` for the person who runs this server.
 */
export async function ensureAdmin(source: DataSource, config: Config): Promise<void> {
  const users = source.getRepository(UserRecord);
  const admin = await users.findOneBy({ name: ADMIN });
  const given = config.adminPassword?.reveal();
  if (admin && (given === undefined || (await verifyPassword(given, admin.passwordHash ?? undefined))))
    return;
  const password = given ?? (await makePassword(config));
  const now = new Date();
  await users.upsert(
    {
      name: ADMIN,
      passwordHash: await hashPassword(password),
      enabled: true,
      createdAt: admin?.createdAt ?? now,
      passwordChangedAt: now,
    },
    ['name'],
  );
}

/** The file of the password made at the first start; removed when the admin changes it. */
export function adminPasswordFile(config: Config): string {
  return join(config.dataDir, 'admin-password');
}

/** Says where the password of the admin is; the file is gone once somebody chose another one, or restored a backup. */
export function whereAdminPasswordIs(config: Config): string {
  if (config.adminPassword) return 'as set in LOTSE_ADMIN_PASSWORD';
  const file = adminPasswordFile(config);
  return existsSync(file) ? `in ${file}` : 'as chosen by the admin or brought by a backup';
}

async function makePassword(config: Config): Promise<string> {
  const kept = (await readFile(adminPasswordFile(config), 'utf8').catch(() => '')).trim();
  if (kept !== '') return kept;
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  await writePrivateFile(adminPasswordFile(config), `${password}\n`);
  return password;
}
