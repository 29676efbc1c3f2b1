import { z } from 'zod';
import { TOPICS } from './topic-source.port.js';

const word = z.string().min(1).max(253);

/** A subscription as a client sends it. Unknown fields are dropped. */
export const topicRequestSchema = z.object({
  topic: z.enum(TOPICS),
  name: word.optional(),
  namespace: z.string().max(63).optional(),
  resource: word.optional(),
  labelSelector: z.string().max(1_024).optional(),
  resourceVersion: z.string().max(64).optional(),
});
export type TopicRequestInput = z.output<typeof topicRequestSchema>;

/** Two requests with the same key are one subscription; where it starts from makes no difference. */
export function subscriptionKey({ resourceVersion: _ignored, ...request }: TopicRequestInput): string {
  return JSON.stringify([
    request.topic,
    request.name ?? '',
    request.namespace ?? '',
    request.resource ?? '',
    request.labelSelector ?? '',
  ]);
}
