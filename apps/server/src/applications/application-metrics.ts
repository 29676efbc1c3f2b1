import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { primarySource } from '@lotse/gitops';
import { Gauge } from 'prom-client';
import { redactText } from '../logging/redact.js';
import { Counters } from '../metrics/counters.js';
import { ApplicationStore } from './application-store.js';

const LABELS = [
  'namespace',
  'name',
  'project',
  'autosync_enabled',
  'repo',
  'dest_server',
  'dest_namespace',
  'sync_status',
  'health_status',
  'operation',
] as const;

/** How applications are, read when somebody asks: nothing is kept up to date in between. */
@Injectable()
export class ApplicationMetrics implements OnApplicationBootstrap {
  constructor(
    private readonly store: ApplicationStore,
    private readonly counters: Counters,
  ) {}

  onApplicationBootstrap(): void {
    const { store } = this;
    new Gauge({
      name: 'argocd_app_info',
      help: 'Applications with their sync status and health; always 1.',
      labelNames: LABELS,
      registers: [this.counters.registry],
      async collect() {
        this.reset();
        for (const { metadata, spec, status, operation } of await store.list()) {
          const { automated } = spec.syncPolicy ?? {};
          this.set(
            {
              namespace: metadata.namespace ?? '',
              name: metadata.name ?? '',
              project: spec.project,
              autosync_enabled: String(automated !== undefined && automated.enabled !== false),
              // open to everybody, and an address that kubectl wrote may hold a password
              repo: redactText(primarySource(spec)?.repoURL ?? ''),
              dest_server: spec.destination.server ?? spec.destination.name ?? '',
              dest_namespace: spec.destination.namespace ?? '',
              sync_status: status?.sync?.status ?? 'Unknown',
              health_status: status?.health?.status ?? 'Unknown',
              operation: operation ? 'sync' : '',
            },
            1,
          );
        }
      },
    });
  }
}
