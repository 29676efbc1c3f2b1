import type { ContainerNetwork } from '../../container-runtime.js';
import { ContainerFiles } from '../../files/container-files.js';
import { imageRoot } from '../../files/image-root.js';
import type { ScriptSurroundings } from '../script-timeline.js';

/** A network on which nobody answers. */
export const SILENT_NETWORK: ContainerNetwork = {
  ip: '10.0.0.1',
  server: '10.96.0.10',
  fetch: () => 'refused',
  reach: () => 'refused',
  datagram: () => undefined,
  lookUp: () => [],
  answersPing: () => false,
  ask: () => ({ code: 'SERVFAIL', authoritative: false, answers: [], authority: [], additional: [] }),
};

/** The files of an empty image, for root. */
export const emptyFiles = (): ContainerFiles =>
  new ContainerFiles(imageRoot({}, 0), [], {
    identity: { uid: 0, gid: 0, groups: [] },
    readOnlyRoot: false,
    now: () => 0,
  });

/** What a script finds that is run by itself. */
export function surroundings(own: Partial<ScriptSurroundings> = {}): ScriptSurroundings {
  const files = emptyFiles();
  return {
    env: new Map(),
    files: () => files,
    network: SILENT_NETWORK,
    processes: [],
    directory: '/',
    startedMs: 0,
    interactive: false,
    ...own,
  };
}
