import { Injectable } from '@nestjs/common';
import { ARGO_API_VERSION, type Application } from '@lotse/gitops';
import { Authorizer } from '../auth/authorizer.js';
import type { Principal } from '../auth/principal.js';
import { ClusterHost } from '../cluster/cluster-host.js';
import { EventLane } from '../sockets/event-lane.js';
import { ApplicationAccess } from './application-access.js';
import { maskAddresses } from './mask-addresses.js';
import { ApplicationStore } from './application-store.js';

/** Somebody who wants to know of applications. */
export interface FeedReader {
  readonly principal: Principal;
  /** Which of those that may be seen; default all. */
  readonly wants?: (application: Application) => boolean;
  readonly onEvent: (type: 'ADDED' | 'MODIFIED' | 'DELETED', application: Application) => void;
  /** Nothing more comes: what follows couldn't be told without a gap. */
  readonly onBroken: () => void;
}

/** An application as it was at a moment; undefined when it is gone. */
interface Sight {
  readonly name: string;
  readonly application: Application | undefined;
}

/** A running feed. */
export interface ApplicationFeed {
  readonly items: readonly Application[];
  readonly resourceVersion: string;
  /** Events begin: those since `items` were read first. */
  open(): void;
  stop(): void;
}

/**
 * What somebody sees of the applications, and how that changes: because applications change, because they come to
 * another project, or because the reader's rights do. What may not be seen any more is told as gone, without its content.
 */
@Injectable()
export class ApplicationFeeds {
  constructor(
    private readonly store: ApplicationStore,
    private readonly access: ApplicationAccess,
    private readonly host: ClusterHost,
    private readonly authorizer: Authorizer,
  ) {}

  async read({ principal, wants = () => true, onEvent, onBroken }: FeedReader): Promise<ApplicationFeed> {
    const tell: FeedReader['onEvent'] = (type, application) => onEvent(type, maskAddresses(application));
    /** Those the reader knows of, by name. */
    const known = new Map<string, Application>();
    const look = async ({ name, application }: Sight): Promise<void> => {
      const before = known.get(name);
      const seen =
        application !== undefined && (await this.access.sees(principal, application))
          ? application
          : undefined;
      if (before && (!seen || !wants(seen) || before.metadata.uid !== seen.metadata.uid)) {
        known.delete(name);
        tell('DELETED', seen || !application ? before : tombstone(before));
      }
      if (!seen || !wants(seen) || (before && versionOf(before) >= versionOf(seen))) return;
      tell(known.has(name) ? 'MODIFIED' : 'ADDED', seen);
      known.set(name, seen);
    };
    const durable = (): Promise<void> => this.host.journal.durable();
    const lane = new EventLane<Sight | 'rights'>({
      durable,
      deliver: async (item) => {
        if (item !== 'rights') return look(item);
        const all = await this.store.list();
        await durable();
        for (const application of all) await look({ name: application.metadata.name ?? '', application });
      },
      onBroken: () => {
        stop();
        onBroken();
      },
    });
    const stops = [
      this.store.onChange(({ type, application }) =>
        lane.push({
          name: application.metadata.name ?? '',
          application: type === 'DELETED' ? undefined : application,
        }),
      ),
      this.authorizer.onChange(() => lane.push('rights')),
      () => lane.end(),
    ];
    const stop = (): void => stops.forEach((end) => end());
    try {
      const resourceVersion = String(this.host.cluster.store.revision);
      const items = (await this.access.visible(principal, await this.store.list())).filter(wants);
      for (const application of items) known.set(application.metadata.name ?? '', application);
      await durable();
      return {
        items: items.map((item) => maskAddresses(item)),
        resourceVersion,
        open: () => lane.open(),
        stop,
      };
    } catch (error) {
      stop();
      throw error;
    }
  }
}

function versionOf({ metadata }: Application): number {
  return Number(metadata.resourceVersion ?? 0);
}

/** Says which application is gone, and nothing else about it. */
function tombstone({ metadata, spec }: Application): Application {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: ARGO_API_VERSION,
    kind: 'Application',
    metadata: { name, namespace, uid, resourceVersion } as Application['metadata'],
    spec: { project: spec.project } as Application['spec'],
  };
}
