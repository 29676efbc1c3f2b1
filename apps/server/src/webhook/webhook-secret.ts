import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivateFile } from '../bootstrap/private-file.js';
import type { Config } from '../config/config.js';
import { Secret } from '../logging/secret.js';

/** The secret that signs deliveries: of the settings, else kept in `<data>/webhook-secret`, made on first use. */
export async function webhookSecret(config: Config): Promise<Secret<string>> {
  if (config.webhookSecret) return config.webhookSecret;
  const path = join(config.dataDir, 'webhook-secret');
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (kept !== '') return new Secret(kept);
  const made = randomBytes(32).toString('base64url');
  await writePrivateFile(path, `${made}\n`);
  return new Secret(made);
}
