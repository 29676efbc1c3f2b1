import type { DnsAnswer } from '../../network/dns/dns-record.js';
import type { ContainerNetwork } from '../container-runtime.js';
import { ScriptTimeline, type ScriptSurroundings } from './script-timeline.js';

/** How far a script is followed to see how it ends. One that goes on after that is taken to run for ever. */
const LOOKAHEAD_WORK = 5000;
/** Scripts whose outcome is remembered: the pods of a workload run the same one. */
const REMEMBERED = 1000;
/** Longer ones are followed each time. */
const LONGEST_REMEMBERED = 8192;

/** What a script will do. */
export interface Forecast {
  readonly end: { readonly atMs: number; readonly exitCode: number } | undefined;
  /** False when it runs commands nothing is known about, so that what follows is a guess. */
  readonly isKnown: boolean;
  /** True when it depends on what others do meanwhile, so that its end is not known before it comes. */
  readonly dependsOnOthers: boolean;
  /** True when it leaves files that others may look at. */
  readonly writesFiles: boolean;
}

const remembered = new Map<string, Forecast>();

const NO_ANSWER: DnsAnswer = {
  code: 'SERVFAIL',
  authoritative: false,
  answers: [],
  authority: [],
  additional: [],
};

/** A network on which nothing answers: looking ahead must not do anything to others. */
const nobody = (network: ContainerNetwork, seen: () => void): ContainerNetwork => ({
  get ip() {
    seen();
    return network.ip;
  },
  get server() {
    seen();
    return network.server;
  },
  fetch: () => 'refused',
  reach: () => 'refused',
  datagram: () => undefined,
  lookUp: () => [],
  answersPing: () => false,
  ask: () => NO_ANSWER,
});

/**
 * Follows a script ahead of time, on files of its own. Scripts that differ in nothing they can see share the work; those
 * that look at files are followed each time.
 */
export function forecast(command: readonly string[], surroundings: ScriptSurroundings): Forecast {
  const text = command.join('\0').toUpperCase();
  const seen = [...surroundings.env].filter(
    ([name]) => text.includes(name.toUpperCase()) || text.includes('ENV'),
  );
  const key = JSON.stringify([
    command,
    surroundings.processes,
    surroundings.interactive,
    surroundings.directory,
    seen,
  ]);
  const known = remembered.get(key);
  if (known) return known;
  // Set when it has looked at what no other has: its moment, its address.
  let isOwn = false;
  const timeline = new ScriptTimeline(command, {
    ...surroundings,
    files: () => surroundings.files().fork(),
    get startedMs() {
      isOwn = true;
      return surroundings.startedMs;
    },
    network: nobody(surroundings.network, () => (isOwn = true)),
  });
  timeline.follow(Infinity, LOOKAHEAD_WORK);
  const result: Forecast = {
    end: timeline.end,
    isKnown: !timeline.usedUnknown,
    dependsOnOthers: timeline.sawOutside,
    writesFiles: timeline.wroteFiles,
  };
  if (key.length > LONGEST_REMEMBERED || timeline.sawFiles || timeline.sawOutside || isOwn) return result;
  remembered.set(key, result);
  if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value ?? '');
  return result;
}
