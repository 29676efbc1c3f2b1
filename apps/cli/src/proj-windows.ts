import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error.js';
import { editProject, projectPath, type EditableProject, type Window } from './edit-project.js';
import { outputFormat, print, say, type OutputFormat } from './output/print.js';
import { table } from './output/table.js';
import { sessionOf } from './session.js';

interface WindowOptions {
  kind: string;
  schedule: string;
  duration: string;
  applications?: string[];
  namespaces?: string[];
  clusters?: string[];
  manualSync?: boolean;
  syncOverrun?: boolean;
  timeZone: string;
  description?: string;
}

const commaSeparated = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  ...value.split(','),
];

/** `lotse proj windows …`, as in argocd: windows are named by their place in the list. */
export function addProjWindows(proj: Command): void {
  const windows = proj.command('windows').description('when the applications of a project may be synced');
  windows
    .command('list')
    .description('all windows of a project')
    .argument('<project>')
    .option('-o, --output <format>', 'json or yaml', outputFormat)
    .action(async (project: string, { output }: { output?: OutputFormat }, command: Command) => {
      const { spec } = await sessionOf(command).get<EditableProject>(projectPath(project));
      const all = spec?.syncWindows ?? [];
      print(all, output, () => windowTable(all));
    });
  windows
    .command('add')
    .description('add a window')
    .argument('<project>')
    .option('-k, --kind <kind>', 'allow or deny', 'allow')
    .requiredOption('--schedule <cron>', 'when it begins, such as "0 22 * * *"')
    .requiredOption('--duration <duration>', 'how long it lasts, such as 1h')
    .option('--applications <patterns>', 'separated by commas', commaSeparated)
    .option('--namespaces <patterns>', 'separated by commas', commaSeparated)
    .option('--clusters <patterns>', 'separated by commas', commaSeparated)
    .option('--manual-sync', 'people may sync nevertheless')
    .option('--sync-overrun', 'a sync that began before goes on')
    .option('--time-zone <zone>', 'such as Europe/Berlin', 'UTC')
    .option('--description <text>')
    .action(async (project: string, options: WindowOptions, command: Command) => {
      if (!options.applications && !options.namespaces && !options.clusters)
        throw new CliError('say what it is about: --applications, --namespaces or --clusters', EXIT.usage);
      await editProject(sessionOf(command), project, (spec) => ({
        ...spec,
        syncWindows: [...(spec.syncWindows ?? []), { ...options }],
      }));
      say('window added');
    });
  windows
    .command('delete')
    .description('remove a window')
    .argument('<project>')
    .argument('<id>', 'as listed')
    .action(async (project: string, id: string, _: object, command: Command) => {
      await editWindow(command, project, id, () => undefined);
      say('window deleted');
    });
  for (const [verb, manualSync] of [
    ['enable-manual-sync', true],
    ['disable-manual-sync', false],
  ] as const) {
    windows
      .command(verb)
      .description(`${manualSync ? 'let' : 'do not let'} people sync while the window refuses`)
      .argument('<project>')
      .argument('<id>', 'as listed')
      .action(async (project: string, id: string, _: object, command: Command) => {
        await editWindow(command, project, id, (window) => ({ ...window, manualSync }));
        say(`manual sync ${manualSync ? 'enabled' : 'disabled'}`);
      });
  }
}

async function editWindow(
  command: Command,
  project: string,
  id: string,
  change: (window: Window) => Window | undefined,
): Promise<void> {
  await editProject(sessionOf(command), project, (spec) => {
    const all = spec.syncWindows ?? [];
    if (!/^\d+$/.test(id) || !all[Number(id)])
      throw new CliError(`the project ${project} has no window ${id}: see lotse proj windows list`);
    return {
      ...spec,
      syncWindows: all.flatMap((window, index) => (index === Number(id) ? (change(window) ?? []) : window)),
    };
  });
}

function windowTable(windows: readonly Window[]): string {
  const some = (patterns: readonly string[] | undefined): string => patterns?.join(',') || '-';
  return table(
    [
      'ID',
      'KIND',
      'SCHEDULE',
      'DURATION',
      'TIMEZONE',
      'APPLICATIONS',
      'NAMESPACES',
      'CLUSTERS',
      'MANUALSYNC',
    ],
    windows.map((window, index) => [
      String(index),
      window.kind,
      window.schedule,
      window.duration,
      window.timeZone || 'UTC',
      some(window.applications),
      some(window.namespaces),
      some(window.clusters),
      window.manualSync ? 'Enabled' : 'Disabled',
    ]),
  );
}
