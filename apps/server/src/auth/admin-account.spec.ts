import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.js';
import { adminPasswordFile, whereAdminPasswordIs } from './admin-account.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'admin-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const configOf = (environment: Record<string, string>) =>
  loadConfig({ LOTSE_DATA_DIR: folder, ...environment }, '/').config;

describe('where the password of the admin is', () => {
  it('is the file made on the first start', () => {
    const config = configOf({});
    writeFileSync(adminPasswordFile(config), 'x');
    expect(whereAdminPasswordIs(config)).toBe(`in ${join(folder, 'admin-password')}`);
  });

  it('is no file that is not there', () => {
    expect(whereAdminPasswordIs(configOf({}))).toBe('as chosen by the admin or brought by a backup');
  });

  it('is the setting, which is not repeated', () => {
    expect(whereAdminPasswordIs(configOf({ LOTSE_ADMIN_PASSWORD: 'canary-password' }))).toBe(
      'as set in LOTSE_ADMIN_PASSWORD',
    );
  });
});
