import { parseSchedule } from '@lotse/engine';
import { windowProblem } from '@lotse/gitops';
import { z } from 'zod';

const text = z.string().max(2_048);
const kind = z.object({ group: text, kind: text, name: text.optional() }).strip();
/** Names are Kubernetes names. */
export const projectName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and "-", up to 63');

const names = z.array(text).max(1_000).optional();
const syncWindow = z
  .looseObject({
    kind: text.optional(),
    schedule: z.string().max(256).optional(),
    duration: z.string().max(64).optional(),
    timeZone: z.string().max(64).optional(),
    applications: names,
    namespaces: names,
    clusters: names,
    manualSync: z.boolean().optional(),
    syncOverrun: z.boolean().optional(),
    andOperator: z.boolean().optional(),
  })
  .superRefine(({ kind, schedule, duration, timeZone }, context) => {
    const problem = windowProblem(
      { kind: kind ?? '', schedule: schedule ?? '', duration: duration ?? '', timeZone: timeZone ?? '' },
      parseSchedule,
    );
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

/** The parts of an AppProject that people change; fields that aren't known here are kept as they are. */
const specSchema = z.looseObject({
  description: text.optional(),
  sourceRepos: z.array(text).max(1_000).optional(),
  destinations: z
    .array(z.looseObject({ server: text.optional(), name: text.optional(), namespace: text.optional() }))
    .max(1_000)
    .optional(),
  clusterResourceWhitelist: z.array(kind).max(1_000).optional(),
  clusterResourceBlacklist: z.array(kind).max(1_000).optional(),
  namespaceResourceWhitelist: z.array(kind).max(1_000).optional(),
  namespaceResourceBlacklist: z.array(kind).max(1_000).optional(),
  syncWindows: z.array(syncWindow).max(100).optional(),
  signatureKeys: z
    .array(
      z.looseObject({
        keyID: z.string().regex(/^(0x)?[0-9a-f]{16,64}$/i, 'must be the hex digits of a key id'),
      }),
    )
    .max(100)
    .optional(),
  roles: z
    .array(
      z.looseObject({
        name: projectName,
        description: text.optional(),
        policies: z.array(text).max(1_000).optional(),
        groups: z.array(text).max(1_000).optional(),
      }),
    )
    .max(100)
    .optional(),
});

const projectSchema = z.object({
  metadata: z.object({
    name: projectName,
    labels: z.record(z.string().max(317), z.string().max(63)).optional(),
    annotations: z.record(z.string().max(317), z.string().max(65_536)).optional(),
    resourceVersion: z.string().max(64).optional(),
  }),
  spec: specSchema.default({}),
});

export const createProjectSchema = z.object({ project: projectSchema, upsert: z.boolean().default(false) });
/** `expiresIn` in seconds; 0 for as long as a token may live. */
export const roleTokenSchema = z.object({
  id: z.string().max(128).default(''),
  expiresIn: z.coerce.number().int().min(0).default(0),
});
export const updateProjectSchema = z.object({ project: projectSchema });
export type ProjectInput = z.output<typeof projectSchema>;
