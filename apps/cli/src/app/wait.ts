import type { Command } from 'commander';
import { sessionOf } from '../session.js';
import { describeApplication } from '../output/describe-application.js';
import { say } from '../output/print.js';
import { seconds } from './options.js';
import { waitFor, type Goal } from './wait-for.js';

/** `lotse app wait`: exits 0 when the application got there, 1 when not in time. */
export function addWait(app: Command): void {
  app
    .command('wait')
    .description('wait until an application is as wanted')
    .argument('<name...>')
    .option('--sync', 'Synced')
    .option('--health', 'Healthy')
    .option('--operation', 'no operation running')
    .option('--suspended', 'Suspended')
    .option('--degraded', 'Degraded')
    .option('--timeout <seconds>', 'give up after; 0 waits for ever', seconds, 0)
    .action(async (names: string[], options: Goal & { timeout: number }, command: Command) => {
      const api = sessionOf(command);
      const isSpecific =
        options.sync ?? options.health ?? options.operation ?? options.suspended ?? options.degraded;
      const goal = isSpecific ? options : { sync: true, health: true, operation: true };
      const applications = await Promise.all(names.map((name) => waitFor(api, name, goal, options.timeout)));
      for (const application of applications) say(describeApplication(application, api.server));
    });
}
