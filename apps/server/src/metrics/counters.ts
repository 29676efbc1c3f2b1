import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Git requests take from milliseconds to a minute. */
const GIT_SECONDS = [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The numbers of this process. Other folders add theirs to `registry`. Names of Argo CD's are kept where they mean the same. */
@Injectable()
export class Counters {
  readonly registry = new Registry();
  readonly logins = new Counter({
    name: 'argocd_login_request_total',
    help: 'Tries to sign in, by outcome.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });
  readonly gitRequests = new Counter({
    name: 'argocd_git_request_total',
    help: 'Requests to Git servers, by kind (ls-remote, fetch).',
    labelNames: ['repo', 'request_type'] as const,
    registers: [this.registry],
  });
  readonly gitSeconds = new Histogram({
    name: 'argocd_git_request_duration_seconds',
    help: 'How long requests to Git servers took.',
    labelNames: ['repo', 'request_type'] as const,
    buckets: GIT_SECONDS,
    registers: [this.registry],
  });
  readonly gitFailures = new Counter({
    name: 'argocd_git_fetch_fail_total',
    help: 'Requests to Git servers that failed.',
    labelNames: ['repo'] as const,
    registers: [this.registry],
  });
  readonly polls = new Counter({
    name: 'lotse_repository_polls_total',
    help: 'Polls of repositories, by outcome (moved, unchanged, failed).',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });
  readonly webhooks = new Counter({
    name: 'argocd_webhook_requests_total',
    help: 'Webhook deliveries, by sender and outcome.',
    labelNames: ['sender', 'outcome'] as const,
    registers: [this.registry],
  });
  readonly sockets = new Gauge({
    name: 'lotse_sockets',
    help: 'Open dashboard sockets.',
    registers: [this.registry],
  });
  readonly subscriptions = new Gauge({
    name: 'lotse_socket_subscriptions',
    help: 'Subscriptions of open sockets.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
