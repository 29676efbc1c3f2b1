import type { Server as SocketServer } from 'socket.io';
import type { Application, KubeObject, OperationState, Repository, TreeNode } from '../src/api/types.js';
import { clusterOf } from './fake-cluster.js';
import { sha } from './fake-values.js';
import { SPECS } from './fixture-specs.js';
import { makeFixture } from './fixtures.js';
import { hugeTree } from './huge-tree.js';

export const MODES = ['full', 'empty', 'failing', 'huge'] as const;
export type Mode = (typeof MODES)[number];

const HUGE_APPS = 5_000;

/** Everything the fake server knows; changes are pushed to the sockets as the real server pushes them. */
export class FakeState {
  apps = new Map<string, Application>();
  trees = new Map<string, TreeNode[]>();
  nodes: KubeObject[] = [];
  pods: KubeObject[] = [];
  repositories: Repository[] = [];
  sockets: SocketServer | undefined;
  #version = 10_000;

  constructor(public mode: Mode) {
    this.reset(mode);
  }

  reset(mode: Mode): void {
    this.mode = mode;
    this.apps.clear();
    this.trees.clear();
    const count = mode === 'empty' ? 0 : mode === 'huge' ? HUGE_APPS : SPECS.length;
    const fixtures = Array.from({ length: count }, (_, i) => {
      const spec = SPECS[i % SPECS.length] as (typeof SPECS)[number];
      return makeFixture(
        i < SPECS.length
          ? spec
          : {
              ...spec,
              name: `${spec.name}-${Math.floor(i / SPECS.length)}`,
              health: i % 41 === 0 ? 'Degraded' : 'Healthy',
            },
        i,
      );
    });
    for (const { app, nodes } of fixtures) {
      this.apps.set(app.metadata.name, app);
      this.trees.set(app.metadata.name, nodes);
    }
    const storefront = this.apps.get('storefront');
    if (mode === 'huge' && storefront) this.trees.set('storefront', hugeTree(storefront));
    const cluster = clusterOf(fixtures.slice(0, 60));
    this.nodes = mode === 'empty' ? [] : cluster.nodes;
    this.pods = cluster.pods;
    this.repositories =
      mode === 'empty'
        ? []
        : [
            {
              repo: 'https://github.com/acme/shop.git',
              type: 'git',
              connectionState: { status: 'Successful', attemptedAt: new Date().toISOString() },
            },
            {
              repo: 'https://github.com/acme/gateway.git',
              type: 'git',
              username: 'deploy',
              connectionState: {
                status: 'Failed',
                message: 'authentication required: the token was refused',
                attemptedAt: new Date().toISOString(),
              },
            },
          ];
  }

  /** Changes an application and tells everyone. */
  update(name: string, change: (app: Application) => void): Application | undefined {
    const app = this.apps.get(name);
    if (!app) return undefined;
    const next = structuredClone(app);
    change(next);
    next.metadata.resourceVersion = String(++this.#version);
    this.apps.set(name, next);
    this.tell('MODIFIED', next);
    return next;
  }

  tell(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Application): void {
    this.sockets?.to('applications').emit('event', { topic: 'applications', type, object });
    this.sockets
      ?.to(`application:${object.metadata.name}`)
      .emit('event', { topic: 'application', name: object.metadata.name, type, object });
  }

  /** Plays a sync: resources turn from pending to done, a few at a time. */
  sync(name: string, dryRun: boolean): Application | undefined {
    const revision = sha(Math.floor(Date.now() / 1_000) % 10_000);
    const started = this.update(name, (app) => {
      if (!app.status) return;
      app.status.operationState = {
        phase: 'Running',
        message: 'waiting for completion of wave 0',
        startedAt: new Date().toISOString(),
        operation: { sync: { revision, dryRun }, initiatedBy: { username: 'admin' } },
        syncResult: {
          revision,
          resources: (app.status.resources ?? []).map(
            ({ group, version, kind, namespace, name: resource }, i) => ({
              ...(group ? { group } : {}),
              ...(version ? { version } : {}),
              kind,
              ...(namespace ? { namespace } : {}),
              name: resource,
              syncPhase: i === 0 ? 'PreSync' : 'Sync',
              wave: Math.floor(i / 3),
              hookPhase: 'Running',
              message: '',
            }),
          ),
        },
      } as OperationState;
    });
    const total = started?.status?.operationState?.syncResult?.resources?.length ?? 0;
    let done = 0;
    const timer = setInterval(() => {
      done += 1;
      this.update(name, (app) => {
        const state = app.status?.operationState;
        if (!state || !app.status) return;
        const result = state.syncResult?.resources?.[done - 1];
        if (result)
          Object.assign(result, { status: 'Synced', hookPhase: 'Succeeded', message: 'configured' });
        if (done < total) return;
        clearInterval(timer);
        Object.assign(state, {
          phase: 'Succeeded',
          message: 'successfully synced (all tasks run)',
          finishedAt: new Date().toISOString(),
        });
        if (dryRun) return;
        app.status.sync = { status: 'Synced', revision };
        app.status.health = { status: 'Healthy' };
        for (const resource of app.status.resources ?? []) {
          resource.status = 'Synced';
          if (resource.health) resource.health = { status: 'Healthy' };
        }
      });
    }, 350);
    return started;
  }

  rollback(name: string, id: number): Application | undefined {
    return this.update(name, (app) => {
      const entry = app.status?.history?.find((each) => each.id === id);
      if (!app.status || !entry) return;
      app.status.rollbackHold = {
        historyId: id,
        ...(entry.revision ? { revision: entry.revision } : {}),
        since: new Date().toISOString(),
        by: 'admin',
      };
      app.status.sync = { status: 'OutOfSync', ...(entry.revision ? { revision: entry.revision } : {}) };
      app.status.history = [
        ...(app.status.history ?? []),
        {
          ...entry,
          id: (app.status.history?.at(-1)?.id ?? 0) + 1,
          deployedAt: new Date().toISOString(),
          initiatedBy: { username: 'admin' },
        },
      ];
    });
  }
}
