import { z } from 'zod';

const text = (maximum: number): z.ZodString => z.string().max(maximum);

/** A repository as it is sent, with the field names of Argo CD's API. Secrets go in and never come out. */
export const repositorySchema = z.object({
  repo: text(2_048).min(1),
  type: z.enum(['git', 'helm', 'oci']).default('git'),
  /** Charts in a registry; `oci://` in the address says the same. */
  enableOCI: z.boolean().default(false),
  insecureOCIForceHttp: z.boolean().default(false),
  name: text(253).default(''),
  project: text(253).default(''),
  username: text(256).default(''),
  password: text(8_192).optional(),
  bearerToken: text(8_192).optional(),
  sshPrivateKey: text(32_768).optional(),
  insecure: z.boolean().default(false),
});
export type RepositoryInput = z.output<typeof repositorySchema>;

/** Credentials for every repository below an address. */
export const repositoryTemplateSchema = repositorySchema
  .omit({ repo: true, name: true })
  .extend({ url: text(2_048).min(1) });
export type RepositoryTemplateInput = z.output<typeof repositoryTemplateSchema>;

/** A repository as it is shown. */
export interface RepositoryView {
  readonly repo: string;
  readonly type: 'git' | 'helm';
  readonly enableOCI: boolean;
  readonly insecureOCIForceHttp: boolean;
  readonly name: string;
  readonly project: string;
  readonly username: string;
  readonly insecure: boolean;
  /** Which secrets are kept; never what they are. */
  readonly hasPassword: boolean;
  readonly hasSshPrivateKey: boolean;
  /** False for one that applications use without it having been registered. */
  readonly registered: boolean;
  readonly connectionState: {
    readonly status: string;
    readonly message: string;
    readonly attemptedAt: string | undefined;
  };
  readonly driver: string;
  readonly driverReason: string;
  readonly lastFetchedAt: string | undefined;
}
