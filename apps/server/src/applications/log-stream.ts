import type { Cluster } from '@lotse/engine';
import { z } from 'zod';

/** Most lines of one answer. */
const MAX_LINES = 10_000;
const DEFAULT_LINES = 1_000;
/** How often a followed log is looked at: containers live in nobody's time and announce nothing. */
const FOLLOW_MS = 250;

export const logsQuerySchema = z.object({
  podName: z.string().max(253).optional(),
  namespace: z.string().max(253).optional(),
  container: z.string().max(253).optional(),
  tailLines: z.coerce.number().int().min(0).max(MAX_LINES).default(DEFAULT_LINES),
  follow: z.enum(['true', 'false']).default('false'),
  previous: z.enum(['true', 'false']).default('false'),
});
export type LogsQuery = z.output<typeof logsQuerySchema>;

/** One line as it is sent; the last one has only `last`. */
export interface LogEntry {
  readonly content: string;
  readonly timeStamp: string;
  readonly podName: string;
  readonly last: boolean;
}

/** A container whose log is wanted. */
export interface LogTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/**
 * Sends the logs of containers, oldest line first, and goes on while followed.
 * @returns how to stop; `end` is called when everything was sent.
 */
export function streamLogs(
  cluster: Cluster,
  targets: readonly LogTarget[],
  query: LogsQuery,
  send: (entry: LogEntry) => void,
  end: () => void,
): () => void {
  const sent = new Map<LogTarget, number>();
  const previous = query.previous === 'true';
  const read = (limit: number): void => {
    const lines = targets.flatMap((target) => {
      const all =
        cluster.running.logs(target.namespace, target.pod, target.container, Date.now(), {
          previous,
          limit: MAX_LINES,
        }) ?? [];
      const from = sent.get(target) ?? -1;
      sent.set(target, all.at(-1)?.timeMs ?? from);
      return all
        .filter(({ timeMs }) => timeMs > from)
        .map(({ text, timeMs }) => ({ content: text, timeMs, podName: target.pod }));
    });
    lines.sort((a, b) => a.timeMs - b.timeMs);
    for (const { content, timeMs, podName } of limit < lines.length
      ? lines.slice(lines.length - limit)
      : lines) {
      send({ content, timeStamp: new Date(timeMs).toISOString(), podName, last: false });
    }
  };
  read(query.tailLines);
  if (query.follow !== 'true') {
    send({ content: '', timeStamp: new Date().toISOString(), podName: '', last: true });
    end();
    return () => undefined;
  }
  const timer = setInterval(() => read(MAX_LINES), FOLLOW_MS);
  return () => clearInterval(timer);
}
