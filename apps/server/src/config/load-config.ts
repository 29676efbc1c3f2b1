import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { CodedError } from '@lotse/manifests';
import { z } from 'zod';
import { LOG_LEVELS } from '../logging/logger.js';
import { Secret } from '../logging/secret.js';
import { type Config, ROLES } from './config.js';
import { durationSchema } from './duration.js';
import { kubeAuthentication, kubeAuthenticationVariables } from './kube-authentication.js';

const wholeNumber = (least: number, most: number) => {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(rule).int(rule).min(least, rule).max(most, rule);
};
const port = wholeNumber(0, 65_535);
const flag = z
  .string()
  .toLowerCase()
  .refine((text) => ['true', 'false', '1', '0'].includes(text), 'must be true or false')
  .transform((text) => text === 'true' || text === '1');
const databaseUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text),
    'must look like postgres://user:password@host:5432/database',
  )
  .transform((text) => new Secret(text));
const redisUrl = z
  .string()
  .refine((text) => /^rediss?:\/\//.test(text) && URL.canParse(text), 'must look like redis://host:6379')
  .transform((text) => new Secret(text));
const publicUrl = z
  .string()
  .refine(
    (text) => /^https?:\/\//.test(text) && URL.canParse(text),
    'must look like https://lotse.example.org',
  )
  .transform((text) => new URL(text).href.replace(/\/+$/, ''));
const encryptionKeys = z
  .string()
  .transform((text) => text.split(',').map((key) => Buffer.from(key.trim(), 'base64')))
  .refine(
    (keys) => keys.every(({ length }) => length === 32),
    'must be 32 bytes in base64 (openssl rand -base64 32); older keys that are still needed follow it, after commas',
  )
  .transform((keys) => new Secret(keys));
const roles = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((role) => role.trim())
      .filter((role) => role !== ''),
  )
  .pipe(z.array(z.enum(ROLES)).min(1))
  .transform((list) => new Set(list));

/** The variables, by name. Adding one is adding a line here, a field in `Config`, and a row in the documentation. */
const variables = z.object({
  LOTSE_DATA_DIR: z.string().default('.lotse'),
  LOTSE_HOST: z.string().default('127.0.0.1'),
  LOTSE_PORT: port.default(8080),
  LOTSE_KUBE_PORT: port.default(6443),
  ...kubeAuthenticationVariables,
  LOTSE_KUBE_ADMISSION_CONFIG: z.string().optional(),
  LOTSE_DNS_PORT: port.default(10_053),
  LOTSE_SERVICE_SOCKETS: flag.default(true),
  LOTSE_URL: publicUrl.optional(),
  LOTSE_ADMIN_PASSWORD: z
    .string()
    .min(8, 'must have at least 8 characters')
    .transform((text) => new Secret(text))
    .optional(),
  LOTSE_ENCRYPTION_KEY: encryptionKeys.optional(),
  LOTSE_BACKUP_PASSPHRASE: z
    .string()
    .transform((text) => new Secret(text))
    .optional(),
  LOTSE_WEBHOOK_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters')
    .transform((text) => new Secret(text))
    .optional(),
  LOTSE_ROLES: roles.default(new Set(ROLES)),
  LOTSE_NODES: wholeNumber(0, 5_000).default(3),
  LOTSE_POLL_INTERVAL: durationSchema(1_000, 86_400_000).default(60_000),
  LOTSE_ALLOW_LOCAL_REPOS: flag.optional(),
  LOTSE_METRICS: z.enum(['public', 'token']).optional(),
  LOTSE_AUDIT_DAYS: wholeNumber(0, 36_500).default(400),
  LOTSE_DEMO: flag.default(true),
  LOTSE_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  LOTSE_LOG_FORMAT: z.enum(['json', 'pretty']).optional(),
  LOTSE_GIT_DRIVER: z.enum(['auto', 'isomorphic', 'native']).default('auto'),
  DATABASE_URL: databaseUrl.optional(),
  REDIS_URL: redisUrl.optional(),
});

/** The settings, and what is odd about the environment (to be logged as warnings). */
export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

/**
 * Reads the settings from an environment. Empty variables count as unset.
 * @throws CodedError `config_invalid` naming each wrong variable; values are not repeated, they may be secrets.
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>>,
  workingDirectory: string,
): LoadedConfig {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`);
    throw new CodedError('config_invalid', `Can't start, the environment is wrong: ${lines.join('; ')}.`);
  }
  const v = parsed.data;
  const missing = ROLES.filter((role) => !v.LOTSE_ROLES.has(role));
  if (missing.length > 0)
    throw new CodedError(
      'config_invalid',
      `Can't start, the environment is wrong: LOTSE_ROLES leaves out ${missing.join(' and ')}, but one process has to do everything today. Unset it, or set it to ${ROLES.join(',')}.`,
    );
  const known = new Set(Object.keys(variables.shape));
  const warnings = Object.keys(given)
    .filter((name) => name.startsWith('LOTSE_') && !known.has(name))
    .map((name) => `${name} is not a setting of Lotse and is ignored`);
  const config: Config = {
    dataDir: resolve(workingDirectory, v.LOTSE_DATA_DIR),
    host: v.LOTSE_HOST,
    port: v.LOTSE_PORT,
    kubePort: v.LOTSE_KUBE_PORT,
    kubeAuthentication: kubeAuthentication(v),
    kubeAdmissionFile: v.LOTSE_KUBE_ADMISSION_CONFIG,
    dnsPort: v.LOTSE_DNS_PORT,
    serviceSockets: v.LOTSE_SERVICE_SOCKETS,
    publicUrl: v.LOTSE_URL,
    adminPassword: v.LOTSE_ADMIN_PASSWORD,
    databaseUrl: v.DATABASE_URL,
    redisUrl: v.REDIS_URL,
    encryptionKeys: v.LOTSE_ENCRYPTION_KEY,
    backupPassphrase: v.LOTSE_BACKUP_PASSPHRASE,
    webhookSecret: v.LOTSE_WEBHOOK_SECRET,
    roles: v.LOTSE_ROLES,
    nodes: v.LOTSE_NODES,
    pollIntervalMs: v.LOTSE_POLL_INTERVAL,
    allowLocalRepositories: v.LOTSE_ALLOW_LOCAL_REPOS ?? isLoopback(v.LOTSE_HOST),
    metrics: v.LOTSE_METRICS ?? (isLoopback(v.LOTSE_HOST) ? 'public' : 'token'),
    auditDays: v.LOTSE_AUDIT_DAYS,
    demo: v.LOTSE_DEMO,
    logLevel: v.LOTSE_LOG_LEVEL,
    logFormat: v.LOTSE_LOG_FORMAT,
    gitDriver: v.LOTSE_GIT_DRIVER,
  };
  return { config: Object.freeze(config), warnings };
}

/** Is this an address only this machine reaches? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
