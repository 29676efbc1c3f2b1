import type { Command } from 'commander';
import { applicationPath, type Application } from '../api/application.js';
import { CliError, EXIT } from '../cli-error.js';
import { outputFormat, print, say, type OutputFormat } from '../output/print.js';
import { table } from '../output/table.js';
import { sessionOf } from '../session.js';
import { seconds } from './options.js';
import { waitFor } from './wait-for.js';

interface HistoryEntry {
  readonly id: number;
  readonly revision?: string;
  readonly deployedAt?: string;
  readonly author?: string;
  readonly message?: string;
  readonly initiatedBy?: { readonly username?: string; readonly automated?: boolean };
  readonly phase?: string;
  readonly rollbackTo?: number;
}

/** `lotse app history`, `rollback`, `release`. */
export function addHistory(app: Command): void {
  app
    .command('history')
    .description('every deployment of an application')
    .argument('<name>')
    .option('-o, --output <format>', 'json, yaml, wide or name', outputFormat)
    .action(async (name: string, options: { output?: OutputFormat }, command: Command) => {
      const { items } = await sessionOf(command).get<{ items: HistoryEntry[] }>(
        `${applicationPath(name)}/history`,
      );
      print(items, options.output, (isWide) =>
        options.output === 'name'
          ? items.map(({ id }) => String(id)).join('\n')
          : table(
              ['ID', 'DATE', 'REVISION', 'BY', 'RESULT', ...(isWide ? ['AUTHOR', 'MESSAGE'] : [])],
              items.map((entry) => [
                String(entry.id),
                entry.deployedAt,
                entry.revision?.slice(0, 7),
                entry.initiatedBy?.automated ? 'automated' : entry.initiatedBy?.username,
                resultOf(entry),
                ...(isWide ? [entry.author, entry.message?.split('\n')[0]] : []),
              ]),
            ),
      );
    });
  app
    .command('rollback')
    .description('go back to a deployment; automatic sync waits until released')
    .argument('<name>')
    .argument('[id]', 'from "lotse app history"; the one before the last by default')
    .option('--prune', 'remove what that deployment did not have')
    .option('--timeout <seconds>', 'give up waiting after; 0 waits for ever', seconds, 0)
    .action(
      async (
        name: string,
        id: string | undefined,
        options: { prune?: boolean; timeout: number },
        command: Command,
      ) => {
        const api = sessionOf(command);
        const target = id === undefined ? await previous(api, name) : Number(id);
        if (!Number.isInteger(target))
          throw new CliError(`"${id}" is not an id of "lotse app history ${name}"`, EXIT.usage);
        await api.post(`${applicationPath(name)}/rollback`, { id: target, prune: options.prune ?? false });
        const { status } = await waitFor(api, name, { operation: true }, options.timeout);
        const state = status?.operationState;
        if (state?.phase !== 'Succeeded')
          throw new CliError(
            `rollback of '${name}' ended ${state?.phase ?? 'Unknown'}: ${state?.message ?? 'no reason given'}`,
          );
        say(
          `'${name}' is back at deployment ${target}. Automatic sync waits: "lotse app release ${name}" lets it go on`,
        );
      },
    );
  app
    .command('release')
    .description('let automatic sync go on after a rollback')
    .argument('<name>')
    .action(async (name: string, _: object, command: Command) => {
      const { metadata } = await sessionOf(command).delete<Application>(`${applicationPath(name)}/hold`);
      say(`'${metadata?.name ?? name}' follows Git again`);
    });
}

/** What became of a deployment, and that it was a return to an earlier one. */
function resultOf({ phase, rollbackTo }: HistoryEntry): string | undefined {
  return rollbackTo === undefined ? phase : `${phase ?? ''} (rollback to ${rollbackTo})`;
}

async function previous(api: ReturnType<typeof sessionOf>, name: string): Promise<number> {
  const { items } = await api.get<{ items: HistoryEntry[] }>(`${applicationPath(name)}/history`);
  const ids = items
    .filter(({ phase }) => phase === undefined || phase === 'Succeeded')
    .map(({ id }) => id)
    .sort((a, b) => b - a);
  if (ids[1] === undefined) throw new CliError(`'${name}' has no earlier deployment to go back to`);
  return ids[1];
}
