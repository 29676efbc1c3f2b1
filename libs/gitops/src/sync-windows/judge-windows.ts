import { durationMs } from '../sync/retry.js';
import type { SyncWindow } from './sync-window.js';

/** Reads a cron schedule in a time zone; throws when it can't be read. */
export type ScheduleReader = (
  schedule: string,
  timeZone: string,
) => { next(afterMs: number): number | undefined };

/** What the windows of an application say at one moment. */
export interface WindowVerdict {
  readonly assigned: readonly SyncWindow[];
  readonly active: readonly SyncWindow[];
  readonly allowsAutomation: boolean;
  readonly allowsPeople: boolean;
  /** When a window opens or closes next. */
  readonly changesAtMs: number | undefined;
  /** Why nothing is allowed, when a window can't be read. */
  readonly problem?: string;
}

/** What is wrong with a window, in words for its author; undefined when it can be used. */
export function windowProblem(
  { kind, schedule, duration, timeZone }: SyncWindow,
  read: ScheduleReader,
): string | undefined {
  if (kind !== 'allow' && kind !== 'deny')
    return `kind must be allow or deny, not ${JSON.stringify(kind ?? '')}`;
  const lasts = durationMs(duration);
  if (lasts === undefined || lasts <= 0)
    return `duration ${JSON.stringify(duration ?? '')} is not a duration such as 1h or 30m`;
  try {
    read(schedule ?? '', timeZone || 'UTC');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Judges the windows that are about one application, by Argo CD's rules: without windows everything is allowed; an open
 * deny window refuses; where there are allow windows one must be open. `manualSync` lets people sync nevertheless when all
 * windows that refuse have it. A window that can't be read refuses everything.
 *
 * @param startedAtMs when a running sync began: it goes on if it was allowed then and every refusing window has `syncOverrun`.
 */
export function judgeWindows(
  assigned: readonly SyncWindow[],
  nowMs: number,
  read: ScheduleReader,
  startedAtMs?: number,
): WindowVerdict {
  const timed: { window: SyncWindow; isOpen: boolean; changesAtMs: number | undefined }[] = [];
  for (const window of assigned) {
    const problem = windowProblem(window, read);
    if (problem !== undefined) {
      const nobody = { allowsAutomation: false, allowsPeople: false, changesAtMs: undefined };
      return {
        assigned,
        active: [],
        ...nobody,
        problem: `A sync window of the project is wrong: ${problem}`,
      };
    }
    const lasts = durationMs(window.duration) ?? 0;
    const schedule = read(window.schedule ?? '', window.timeZone || 'UTC');
    const beganMs = schedule.next(nowMs - lasts);
    const isOpen = beganMs !== undefined && beganMs <= nowMs;
    timed.push({ window, isOpen, changesAtMs: isOpen ? beganMs + lasts : beganMs });
  }
  const active = timed.filter(({ isOpen }) => isOpen).map(({ window }) => window);
  const denies = active.filter(({ kind }) => kind === 'deny');
  const allows = assigned.filter(({ kind }) => kind === 'allow');
  const refusing = denies.length > 0 ? denies : active.length > 0 ? [] : allows;
  const before =
    startedAtMs !== undefined && refusing.length > 0 && refusing.every(({ syncOverrun }) => syncOverrun)
      ? judgeWindows(assigned, startedAtMs, read)
      : undefined;
  const changes = timed.flatMap(({ changesAtMs }) => changesAtMs ?? []);
  return {
    assigned,
    active,
    allowsAutomation: refusing.length === 0 || before?.allowsAutomation === true,
    allowsPeople: refusing.every(({ manualSync }) => manualSync === true) || before?.allowsPeople === true,
    changesAtMs: changes.length > 0 ? Math.min(...changes) : undefined,
  };
}
