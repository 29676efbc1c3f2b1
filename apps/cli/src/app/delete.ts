import type { Command } from 'commander';
import { applicationPath } from '../api/application.js';
import { CliError, EXIT } from '../cli-error.js';
import { say } from '../output/print.js';
import { sessionOf } from '../session.js';

/** `lotse app delete`. */
export function addDelete(app: Command): void {
  app
    .command('delete')
    .description('delete applications, and what they deployed unless told otherwise')
    .argument('<name...>')
    .option('--no-cascade', 'leave what was deployed')
    .option('-y, --yes', 'do not ask')
    .action(async (names: string[], options: { cascade: boolean; yes?: boolean }, command: Command) => {
      if (!options.yes && process.stdin.isTTY)
        throw new CliError(
          `this deletes ${names.join(', ')}${options.cascade ? ' and everything deployed by them' : ''}: say --yes to do it`,
          EXIT.usage,
        );
      const api = sessionOf(command);
      for (const name of names) {
        await api.delete(applicationPath(name), { cascade: options.cascade });
        say(`application '${name}' deleted`);
      }
    });
}
