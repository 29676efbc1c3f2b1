import type { Command } from 'commander';
import { ApiClient } from './api/api-client.js';
import { ContextStore } from './context/context-store.js';
import { say } from './output/print.js';

/** The version of this program; the server's is asked for. */
export const VERSION = '0.1.0';

/** `lotse version`. */
export function addVersion(program: Command): void {
  program
    .command('version')
    .description('versions of this program and of the server')
    .option('--client', 'of this program only')
    .action(async (options: { client?: boolean }, command: Command) => {
      say(`lotse: v${VERSION}`);
      const given = command.optsWithGlobals<{ server?: string }>();
      const server = given.server ?? process.env['LOTSE_SERVER'] ?? new ContextStore().currentServer;
      if (options.client || !server) return;
      const answer = await new ApiClient({ server, token: '' }).get<{ Version?: string; version?: string }>(
        '/api/version',
      );
      say(`server: ${answer.Version ?? answer.version ?? 'unknown'} (${server})`);
    });
}
