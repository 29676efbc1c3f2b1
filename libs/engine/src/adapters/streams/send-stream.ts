import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers';
import type { StreamResponse } from '../../api/api-request.js';
import type { DurableGate } from './durable-gate.js';
import { STREAM_BUDGET_BYTES } from './stream-budget.js';

/** What streams share. */
export interface StreamSurroundings {
  /** How to end each open stream. */
  readonly streams: Set<() => void>;
  /** Holds events back until they are durable. */
  readonly gate: DurableGate | undefined;
}

/** Answers with a stream. Pieces written in one turn of the event loop leave together. */
export function sendStream(
  response: ServerResponse,
  { status, stream }: StreamResponse,
  { streams, gate }: StreamSurroundings,
): void {
  response.writeHead(status);
  response.flushHeaders();
  let open = true;
  let corked = false;
  let heldBytes = 0;
  const pass = (task: () => void): void => (gate ? gate.run(task) : task());
  const flush = (): void => {
    if (!corked) return;
    corked = false;
    response.uncork();
  };
  const writer: { stop?: () => void } = {};
  const finish = (): void => {
    if (!open) return;
    open = false;
    streams.delete(finish);
    writer.stop?.();
    // Ending a corked response loses what is in the cork.
    flush();
    response.end();
  };
  streams.add(finish);
  response.on('close', finish);
  writer.stop = stream({
    write(chunk) {
      if (!open || response.destroyed) return false;
      heldBytes += chunk.length;
      pass(() => {
        heldBytes -= chunk.length;
        if (!open || response.destroyed) return;
        if (!corked) {
          corked = true;
          response.cork();
          setImmediate(flush);
        }
        response.write(chunk);
      });
      if (response.writableLength + heldBytes <= STREAM_BUDGET_BYTES) return true;
      // Ending it would keep all that in memory until the reader comes to it.
      response.destroy();
      return false;
    },
    end: () => pass(finish),
  });
  if (!open) writer.stop();
}
