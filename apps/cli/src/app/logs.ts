import type { Command } from 'commander';
import { isJsonObject } from '@lotse/manifests';
import { applicationPath } from '../api/application.js';
import { say } from '../output/print.js';
import { sessionOf } from '../session.js';

interface LogOptions {
  follow?: boolean;
  container?: string;
  namespace?: string;
  podName?: string;
  tail?: string;
}

/** `lotse app logs`. */
export function addLogs(app: Command): void {
  app
    .command('logs')
    .description('logs of the pods of an application')
    .argument('<name>')
    .option('-f, --follow', 'go on as lines come')
    .option('-c, --container <name>')
    .option('--namespace <namespace>')
    .option('--pod-name <name>', 'only this pod')
    .option('--tail <lines>', 'last lines of each container')
    .action(async (name: string, options: LogOptions, command: Command) => {
      const query = {
        follow: options.follow,
        container: options.container,
        namespace: options.namespace,
        podName: options.podName,
        tailLines: options.tail,
      };
      for await (const line of sessionOf(command).lines(`${applicationPath(name)}/logs`, query)) {
        const entry = isJsonObject(line) && isJsonObject(line['result']) ? line['result'] : line;
        if (isJsonObject(entry) && typeof entry['content'] === 'string' && entry['content'] !== '')
          say(entry['content']);
      }
    });
}
