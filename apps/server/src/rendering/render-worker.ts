import { parentPort } from 'node:worker_threads';
import { CodedError } from '@lotse/manifests';
import { GitFileTree } from '../repositories/git/objects/git-file-tree.js';
import type { RenderAnswer, RenderFailure, RenderMessage } from './render-protocol.js';
import { renderSource } from './render-source.js';

/** The thread that renders: one request at a time, no state between them. */
parentPort?.on('message', ({ id, request }: RenderMessage) => {
  const opened: GitFileTree[] = [];
  const open = (location: { gitDir: string; commit: string }): GitFileTree => {
    const tree = GitFileTree.open(location);
    opened.push(tree);
    return tree;
  };
  let answer: RenderAnswer;
  try {
    answer = { id, outcome: renderSource(request, open) };
  } catch (error) {
    answer = { id, failure: failureOf(error) };
  } finally {
    for (const tree of opened) tree.close();
  }
  parentPort?.postMessage(answer);
});

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
