import { Injectable } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { parseSchedule } from '@lotse/engine';
import {
  judgeWindows,
  windowsOf,
  type Application,
  type SyncWindow,
  type WindowVerdict,
} from '@lotse/gitops';
import { projectOf } from '../applications/project-rules.js';
import { ClusterHost } from '../cluster/cluster-host.js';

/** What the project of an application says about when it may be synced. */
@Injectable()
export class SyncWindows {
  constructor(private readonly host: ClusterHost) {}

  /** @param startedAt when a running operation began. A project that is missing refuses by other means. */
  verdict(application: Application, startedAt?: string): WindowVerdict {
    let windows: readonly SyncWindow[];
    try {
      windows = projectOf(application, this.host.client).spec.syncWindows ?? [];
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      windows = [];
    }
    const startedAtMs = startedAt === undefined ? undefined : Date.parse(startedAt);
    return judgeWindows(windowsOf(windows, application), Date.now(), parseSchedule, startedAtMs);
  }

  /** @throws CodedError `sync_window_denied` when a person may not sync now. */
  assertPeopleMay(application: Application): void {
    const verdict = this.verdict(application);
    if (!verdict.allowsPeople)
      throw new CodedError('sync_window_denied', `Cannot sync: ${windowRefusal(verdict)}`);
  }
}

/** Which window refuses and until when, as a sentence. */
export function windowRefusal({ active, assigned, changesAtMs, problem }: WindowVerdict): string {
  if (problem !== undefined) return problem;
  const deny = active.find(({ kind }) => kind === 'deny');
  const window = deny ?? assigned.find(({ kind }) => kind === 'allow');
  const what = `${window?.schedule ?? ''} for ${window?.duration ?? ''}, ${window?.timeZone || 'UTC'}`;
  const next =
    changesAtMs === undefined ? '' : ` The next change comes at ${new Date(changesAtMs).toISOString()}.`;
  return `blocked by ${deny ? `a deny window (${what}) of the project that is open` : `the allow windows of the project (${what}), none of which is open`}.${next}`;
}
