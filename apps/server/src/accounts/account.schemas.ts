import { z } from 'zod';
import { MAX_PASSWORD_LENGTH } from '../auth/passwords/password-hash.js';

/** Names stand in policies, addresses and logs: letters, digits and a few marks. */
export const accountName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._@-]{0,62}$/i, 'may have letters, digits and . _ @ -, up to 63');
/** NIST's floor; length matters more than variety. */
const password = z.string().min(8).max(MAX_PASSWORD_LENGTH);

export const newAccountSchema = z.object({
  name: accountName,
  password: password.optional(),
  enabled: z.boolean().default(true),
});
export type NewAccount = z.output<typeof newAccountSchema>;
export const enabledSchema = z.object({ enabled: z.boolean() });
export const passwordSchema = z.object({
  name: accountName.optional(),
  currentPassword: z.string().min(1).max(MAX_PASSWORD_LENGTH),
  newPassword: password,
});
export const tokenSchema = z.object({
  id: z.string().max(128).default(''),
  expiresIn: z.coerce.number().int().positive().optional(),
});

/** An account as it is shown; times in seconds since 1970. */
export interface AccountView {
  readonly name: string;
  readonly enabled: boolean;
  readonly capabilities: readonly string[];
  readonly tokens: readonly {
    readonly id: string;
    readonly label: string;
    readonly issuedAt: number;
    readonly expiresAt: number;
    readonly lastUsedAt: number;
  }[];
}
