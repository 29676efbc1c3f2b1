import type { Command } from 'commander';
import { applicationPath, type Application, type OperationState } from '../api/application.js';
import { CliError } from '../cli-error.js';
import { say } from '../output/print.js';
import { table } from '../output/table.js';
import { sessionOf } from '../session.js';
import { resourceReference, seconds, several } from './options.js';
import { waitFor } from './wait-for.js';

interface SyncOptions {
  revision?: string;
  prune?: boolean;
  dryRun?: boolean;
  force?: boolean;
  replace?: boolean;
  serverSide?: boolean;
  applyOutOfSyncOnly?: boolean;
  strategy?: string;
  resource?: string[];
  async?: boolean;
  timeout: number;
  retryLimit?: number;
}

/** `lotse app sync`, `terminate-op`. */
export function addSync(app: Command): void {
  app
    .command('sync')
    .description('make the cluster what Git says')
    .argument('<name...>')
    .option('--revision <revision>', 'another revision than the application names')
    .option('--prune', 'remove what is no longer in Git')
    .option('--dry-run', 'say what would happen, change nothing')
    .option('--force', 'delete and create again what cannot be changed')
    .option('--replace', 'replace instead of apply')
    .option('--server-side', 'apply on the server')
    .option('--apply-out-of-sync-only', 'leave alone what is in sync')
    .option('--strategy <strategy>', 'apply (no hooks) or hook')
    .option('--resource <reference>', 'only GROUP:KIND:NAME; several times', several)
    .option('--async', 'do not wait for the end')
    .option('--timeout <seconds>', 'give up waiting after; 0 waits for ever', seconds, 0)
    .option('--retry-limit <count>', 'tries after a failure', seconds)
    .action(async (names: string[], options: SyncOptions, command: Command) => {
      const api = sessionOf(command);
      for (const name of names) {
        const started = await api.post<Application>(`${applicationPath(name)}/sync`, requestOf(options));
        if (options.async) say(`sync of '${started.metadata.name}' started`);
        else
          report(
            name,
            (await waitFor(api, name, { operation: true }, options.timeout)).status?.operationState,
          );
      }
    });
  app
    .command('terminate-op')
    .description('stop the running operation')
    .argument('<name>')
    .action(async (name: string, _: object, command: Command) => {
      await sessionOf(command).delete(`${applicationPath(name)}/operation`);
      say(`operation of '${name}' is being stopped`);
    });
}

function requestOf(options: SyncOptions): object {
  const force = options.force ? { force: true } : {};
  const syncOptions = [
    options.replace && 'Replace=true',
    options.serverSide && 'ServerSideApply=true',
    options.applyOutOfSyncOnly && 'ApplyOutOfSyncOnly=true',
  ].filter((option) => typeof option === 'string');
  return {
    ...(options.revision && { revision: options.revision }),
    prune: options.prune ?? false,
    dryRun: options.dryRun ?? false,
    ...(options.resource && { resources: options.resource.map(resourceReference) }),
    strategy: options.strategy === 'apply' ? { apply: force } : { hook: force },
    ...(syncOptions.length > 0 && { syncOptions }),
    ...(options.retryLimit !== undefined && { retryStrategy: { limit: options.retryLimit } }),
  };
}

function report(name: string, state: OperationState | undefined): void {
  const resources = state?.syncResult?.resources ?? [];
  say(
    table(
      ['GROUP', 'KIND', 'NAMESPACE', 'NAME', 'STATUS', 'HOOK', 'MESSAGE'],
      resources.map(({ group, kind, namespace, name: resource, status, hookPhase, syncPhase, message }) => [
        group,
        kind,
        namespace,
        resource,
        status ?? hookPhase,
        hookPhase ? syncPhase : '',
        message,
      ]),
    ),
  );
  say('');
  if (state?.phase !== 'Succeeded')
    throw new CliError(
      `sync of '${name}' ended ${state?.phase ?? 'Unknown'}: ${state?.message ?? 'no reason given'}`,
    );
  say(`sync of '${name}' ${state.phase}: ${state.message ?? ''}`);
}
