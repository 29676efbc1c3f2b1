import { readFileSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { CodedError } from '@lotse/manifests';
import { ChartsNeeded } from './charts-needed.js';
import { PreparedKeys } from './prepared-keys.js';
import { RemotesNeeded } from './remote-inputs.js';
import type {
  Lookup,
  LookupAnswer,
  LookupLine,
  RenderAnswer,
  RenderFailure,
  RenderMessage,
} from './render-protocol.js';
import { renderSource } from './render-source.js';
import { openSource, type SourceLocation, type SourceTree } from './source-tree.js';

const keys = new PreparedKeys();

/** The thread that renders: one request at a time, no state between them but keys nobody has had. */
parentPort?.on('message', ({ id, request, templatesMs }: RenderMessage) => {
  const end = performance.now() + templatesMs;
  const expired = (): boolean => performance.now() > end;
  const opened: SourceTree[] = [];
  const open = (location: SourceLocation): SourceTree => {
    const tree = openSource(location);
    opened.push(tree);
    return tree;
  };
  let answer: RenderAnswer;
  try {
    answer = {
      id,
      outcome: renderSource(request, { open, readArchive: readFileSync, lookup, rsaKey: keys.take, expired }),
    };
  } catch (error) {
    answer =
      error instanceof ChartsNeeded
        ? { id, needs: error.charts }
        : error instanceof RemotesNeeded
          ? { id, remotes: error.addresses }
          : { id, failure: failureOf(error) };
  } finally {
    for (const tree of opened) tree.close();
  }
  parentPort?.postMessage(answer);
  // A key that can't be made now is made, or refused, when it is asked for.
  keys.refill().catch(() => undefined);
});

const NOTHING: LookupAnswer = { value: {}, fingerprint: null };
/** Longer than a busy server takes; the render's own limit comes first. */
const LOOKUP_TIMEOUT_MS = 60_000;

/** Asks the thread with the cluster, and sleeps until it has answered: templates can't wait in any other way. */
function lookup(asked: Lookup): LookupAnswer {
  const { port, flag } = workerData as LookupLine;
  const state = new Int32Array(flag);
  Atomics.store(state, 0, 0);
  port.postMessage(asked);
  Atomics.wait(state, 0, 0, LOOKUP_TIMEOUT_MS);
  const received = receiveMessageOnPort(port) as { message: LookupAnswer } | undefined;
  return received?.message ?? NOTHING;
}

function failureOf(error: unknown): RenderFailure {
  if (error instanceof CodedError) return { code: error.code, message: error.message, place: error.place };
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return {
      code: 'render_too_deep',
      message: 'The templates call each other too deeply. Look for a template that includes itself.',
      place: {},
    };
  }
  // the libraries throw coded errors with a place of their own shape; anything else is told as it is
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'render_failed', message, place: {} };
}
