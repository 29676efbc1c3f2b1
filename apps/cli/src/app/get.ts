import type { Command } from 'commander';
import { applicationPath, sourceOf, syncPolicyOf, type Application } from '../api/application.js';
import { describeApplication, resourceTable } from '../output/describe-application.js';
import { outputFormat, print, type OutputFormat } from '../output/print.js';
import { troubleBelow } from '../output/trouble.js';
import { table } from '../output/table.js';
import { sessionOf } from '../session.js';
import { several } from './options.js';

/** `lotse app list`, `get`, `resources`. */
export function addGet(app: Command): void {
  app
    .command('list')
    .description('all applications')
    .option('-l, --selector <selector>', 'labels')
    .option('-p, --project <name>', 'only of this project; several times', several)
    .option('-o, --output <format>', 'json, yaml, wide or name', outputFormat)
    .action(
      async (options: { selector?: string; project?: string[]; output?: OutputFormat }, command: Command) => {
        const query = { selector: options.selector, projects: options.project?.join(',') };
        const { items } = await sessionOf(command).get<{ items: Application[] }>(
          '/api/v1/applications',
          query,
        );
        print(items, options.output, (isWide) =>
          options.output === 'name'
            ? items.map(({ metadata }) => metadata.name).join('\n')
            : listOf(items, isWide),
        );
      },
    );
  app
    .command('get')
    .description('one application with its resources')
    .argument('<name>')
    .option('--refresh', 'compare with Git first')
    .option('--hard-refresh', 'render again first')
    .option('-o, --output <format>', 'json, yaml or wide', outputFormat)
    .action(
      async (
        name: string,
        options: { refresh?: boolean; hardRefresh?: boolean; output?: OutputFormat },
        command: Command,
      ) => {
        const api = sessionOf(command);
        const refresh = options.hardRefresh ? 'hard' : options.refresh ? 'normal' : undefined;
        const application = await api.get<Application>(applicationPath(name), { refresh });
        const trouble =
          options.output === 'json' || options.output === 'yaml'
            ? undefined
            : await troubleBelow(api, application);
        print(application, options.output, () => describeApplication(application, api.server, trouble));
      },
    );
  app
    .command('resources')
    .description('the resources of an application')
    .argument('<name>')
    .option('-o, --output <format>', 'json or yaml', outputFormat)
    .action(async (name: string, options: { output?: OutputFormat }, command: Command) => {
      const { status } = await sessionOf(command).get<Application>(applicationPath(name));
      const resources = status?.resources ?? [];
      print(resources, options.output, () => resourceTable(resources));
    });
}

/** `ComparisonError`, and how often where there are several of a kind: `SharedResourceWarning(2)`. */
function conditionsOf({ status }: Application): string {
  const counts = new Map<string, number>();
  for (const { type } of status?.conditions ?? []) counts.set(type, (counts.get(type) ?? 0) + 1);
  const words = [...counts].map(([type, count]) => (count > 1 ? `${type}(${count})` : type));
  return words.join(',') || '<none>';
}

function listOf(items: readonly Application[], isWide: boolean): string {
  const heads = [
    'NAME',
    'PROJECT',
    'NAMESPACE',
    'STATUS',
    'HEALTH',
    'SYNCPOLICY',
    'CONDITIONS',
    ...(isWide ? ['REPO', 'PATH', 'TARGET', 'REVISION'] : []),
  ];
  return table(
    heads,
    items.map((item) => {
      const source = sourceOf(item);
      const conditions = conditionsOf(item);
      const wide = isWide
        ? [
            source?.repoURL,
            source?.path ?? source?.chart,
            source?.targetRevision ?? 'HEAD',
            item.status?.sync?.revision?.slice(0, 7),
          ]
        : [];
      return [
        item.metadata.name,
        item.spec.project ?? 'default',
        item.spec.destination.namespace,
        item.status?.sync?.status ?? 'Unknown',
        item.status?.health?.status ?? 'Unknown',
        syncPolicyOf(item),
        conditions,
        ...wide,
      ];
    }),
  );
}
