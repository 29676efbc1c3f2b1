import { z } from 'zod';

/** What comes in as an Application is checked by `validateApplication`; here only that it is an object. */
export const applicationSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string().max(253) }),
  spec: z.looseObject({}),
});
export type ApplicationInput = z.output<typeof applicationSchema>;

const flag = z.enum(['true', 'false']);

export const createQuerySchema = z.object({ upsert: flag.default('false'), validate: flag.default('true') });
export type CreateQuery = z.output<typeof createQuerySchema>;

export const replaceQuerySchema = z.object({ validate: flag.default('false') });
export type ReplaceQuery = z.output<typeof replaceQuerySchema>;

/** Most applications on one page. */
const MAX_PAGE = 10_000;
export const listQuerySchema = z.object({
  projects: z.union([z.string(), z.array(z.string())]).optional(),
  project: z.union([z.string(), z.array(z.string())]).optional(),
  selector: z.string().max(4_096).optional(),
  search: z.string().max(256).optional(),
  repo: z.string().max(2_048).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).optional(),
  continue: z.string().max(253).optional(),
});
export type ListQuery = z.output<typeof listQuerySchema>;

export const getQuerySchema = z.object({ refresh: z.enum(['normal', 'hard', 'true']).optional() });
export type GetQuery = z.output<typeof getQuerySchema>;

export const deleteQuerySchema = z.object({
  cascade: flag.default('true'),
  propagationPolicy: z.enum(['foreground', 'background', 'orphan']).default('foreground'),
});
export type DeleteQuery = z.output<typeof deleteQuerySchema>;

export const patchSchema = z.object({
  patch: z.string().max(1024 * 1024),
  patchType: z.enum(['json', 'merge']).default('json'),
});
export type PatchInput = z.output<typeof patchSchema>;

const resource = z.object({
  group: z.string().max(253).default(''),
  kind: z.string().max(253),
  namespace: z.string().max(253).optional(),
  name: z.string().max(253),
});
const retry = z.object({
  limit: z.coerce.number().int().min(-1).max(1_000).optional(),
  refresh: z.boolean().optional(),
  backoff: z
    .object({
      duration: z.string().max(32),
      factor: z.coerce.number().min(1).max(100),
      maxDuration: z.string().max(32),
    })
    .partial()
    .optional(),
});
const strategyPart = z.object({ force: z.boolean().optional() });
const options = z.array(z.string().max(256)).max(64);

/** Argo CD's body of a sync. Sync options come as `{items}` or as the list itself. */
export const syncSchema = z.object({
  revision: z.string().max(255).optional(),
  prune: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  resources: z.array(resource).max(10_000).nullish(),
  strategy: z.object({ apply: strategyPart.nullish(), hook: strategyPart.nullish() }).nullish(),
  syncOptions: z.union([z.object({ items: options.nullish() }), options]).nullish(),
  retryStrategy: retry.nullish(),
});
export type SyncInput = z.output<typeof syncSchema>;

export const rollbackSchema = z.object({
  id: z.coerce.number().int().min(0),
  prune: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});
export type RollbackInput = z.output<typeof rollbackSchema>;

export const revisionQuerySchema = z.object({ revision: z.string().max(255).optional() });
export type RevisionQuery = z.output<typeof revisionQuerySchema>;

export const historyQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  before: z.coerce.number().int().min(1).optional(),
});
export type HistoryQuery = z.output<typeof historyQuerySchema>;

export const resourceQuerySchema = z.object({
  group: z.string().max(253).default(''),
  version: z.string().max(63).optional(),
  kind: z.string().max(253),
  namespace: z.string().max(253).default(''),
  resourceName: z.string().max(253),
  force: flag.default('false'),
  orphan: flag.default('false'),
});
export type ResourceQuery = z.output<typeof resourceQuerySchema>;

export const eventsQuerySchema = z.object({
  resourceUID: z.string().max(64).optional(),
  resourceNamespace: z.string().max(253).optional(),
  resourceName: z.string().max(253).optional(),
});
export type EventsQuery = z.output<typeof eventsQuerySchema>;
