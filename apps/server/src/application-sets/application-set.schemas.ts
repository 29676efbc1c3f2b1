import { z } from 'zod';

const map = z.record(z.string().max(317), z.string().max(65_536));

/** What comes in as an ApplicationSet: names and sizes are checked here, generators when they run. */
export const applicationSetSchema = z.looseObject({
  metadata: z.looseObject({
    name: z
      .string()
      .regex(
        /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
        'must be lower-case letters, digits, "-" and ".", up to 253',
      ),
    labels: map.optional(),
    annotations: map.optional(),
    finalizers: z.array(z.string().max(317)).max(20).optional(),
  }),
  spec: z.looseObject({
    generators: z.array(z.looseObject({})).max(100).default([]),
    template: z.looseObject({}),
  }),
});
export type ApplicationSetInput = z.output<typeof applicationSetSchema>;

const flag = z.enum(['true', 'false']).default('false');
export const createQuerySchema = z.object({ upsert: flag, dryRun: flag });
export type CreateQuery = z.output<typeof createQuerySchema>;

export const generateSchema = z.object({ applicationSet: applicationSetSchema });
