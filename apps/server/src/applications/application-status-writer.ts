import { Injectable } from '@nestjs/common';
import {
  ANNOTATION,
  annotation,
  mergeConditions,
  sameJson,
  type Application,
  type ApplicationStatus,
} from '@lotse/gitops';
import { ClusterHost } from '../cluster/cluster-host.js';
import { ApplicationStore } from './application-store.js';
import { ApplicationAutomation } from './application-automation.js';
import type { Comparison } from './comparison.js';
import { EVALUATED, type Finding } from './finding.js';
import { observedStatus, statusWithoutSource } from './observed-status.js';
import type { ResolvedSource } from './source-resolver.js';

/** Writes what a look at an application has found. */
@Injectable()
export class ApplicationStatusWriter {
  constructor(
    private readonly store: ApplicationStore,
    private readonly host: ClusterHost,
    private readonly automation: ApplicationAutomation,
  ) {}

  /**
   * @param seen undefined when there was nothing to compare with.
   * @param isAsked somebody waits for this look; `annotated` is what the application itself asked for.
   */
  async write(
    name: string,
    seen: { readonly resolved: ResolvedSource; readonly comparison: Comparison } | undefined,
    findings: readonly Finding[],
    { isAsked, annotated }: { readonly isAsked: boolean; readonly annotated: string | undefined },
  ): Promise<void> {
    const now = new Date().toISOString();
    await this.store.update(name, (application) => {
      const before = application.status ?? {};
      const status = seen
        ? observedStatus(application, seen.resolved, seen.comparison)
        : this.#statusWithoutSource(application);
      const errors = before.conditions?.filter((condition) => condition.type === 'SyncError') ?? [];
      const kept = seen && status.sync?.status === 'OutOfSync' ? errors : [];
      const waits = status.sync?.status === 'OutOfSync' ? this.#windowFindings(application) : [];
      const conditions = mergeConditions(
        before.conditions ?? [],
        [...findings, ...kept, ...waits],
        EVALUATED,
        now,
      );
      const health = status.health;
      if (health) {
        health.lastTransitionTime =
          before.health?.status === health.status ? (before.health.lastTransitionTime ?? now) : now;
      }
      const changed = { ...status, conditions: conditions.length > 0 ? conditions : undefined };
      const same = (Object.keys(changed) as (keyof ApplicationStatus)[]).every((key) =>
        sameJson(changed[key], before[key]),
      );
      return {
        status: {
          ...changed,
          ...((!same || isAsked || before.reconciledAt === undefined) && { reconciledAt: now }),
        },
        // one that was asked for meanwhile stays: the next look is for it
        ...(annotated !== undefined &&
          annotation(application, ANNOTATION.refresh) === annotated && {
            annotations: { [ANNOTATION.refresh]: null },
          }),
      };
    });
  }

  #windowFindings(application: Application): Finding[] {
    const waits = this.automation.waitsFor(application);
    return waits === undefined ? [] : [{ type: 'SyncWindowWarning', message: waits }];
  }

  #statusWithoutSource(application: Application): Partial<ApplicationStatus> {
    const lives = this.host.index.tracked(application.metadata.name ?? '').values();
    return statusWithoutSource(application, [...lives]);
  }
}
