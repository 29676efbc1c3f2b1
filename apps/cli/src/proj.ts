import type { Command } from 'commander';
import { outputFormat, print, say, type OutputFormat } from './output/print.js';
import { table } from './output/table.js';
import { sessionOf } from './session.js';
import { several } from './app/options.js';
import { addProjRole } from './proj-role.js';
import { addProjWindows } from './proj-windows.js';

interface Project {
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly description?: string;
    readonly sourceRepos?: readonly string[];
    readonly destinations?: readonly {
      readonly server?: string;
      readonly name?: string;
      readonly namespace?: string;
    }[];
  };
}

/** `lotse proj …`. */
export function addProj(program: Command): void {
  const proj = program.command('proj').description('projects');
  addProjRole(proj);
  addProjWindows(proj);
  proj
    .command('list')
    .description('all projects')
    .option('-o, --output <format>', 'json, yaml, wide or name', outputFormat)
    .action(async (options: { output?: OutputFormat }, command: Command) => {
      const { items } = await sessionOf(command).get<{ items: Project[] }>('/api/v1/projects');
      print(items, options.output, () =>
        options.output === 'name'
          ? items.map(({ metadata }) => metadata.name).join('\n')
          : projectTable(items),
      );
    });
  proj
    .command('get')
    .description('one project')
    .argument('<name>')
    .option('-o, --output <format>', 'json or yaml', outputFormat)
    .action(async (name: string, options: { output?: OutputFormat }, command: Command) => {
      const project = await sessionOf(command).get<Project>(`/api/v1/projects/${encodeURIComponent(name)}`);
      print(project, options.output, () => projectTable([project]));
    });
  proj
    .command('create')
    .description('create a project')
    .argument('<name>')
    .option('--description <text>')
    .option('-s, --src <url>', 'permitted repository; several times', several)
    .option('-d, --dest <server,namespace>', 'permitted destination; several times', several)
    .action(
      async (
        name: string,
        options: { description?: string; src?: string[]; dest?: string[] },
        command: Command,
      ) => {
        const destinations = (options.dest ?? []).map((text) => ({
          server: text.split(',')[0] ?? '*',
          namespace: text.split(',')[1] ?? '*',
        }));
        const spec = {
          ...(options.description && { description: options.description }),
          sourceRepos: options.src ?? [],
          destinations,
        };
        await sessionOf(command).post('/api/v1/projects', {
          project: { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata: { name }, spec },
        });
        say(`project '${name}' created`);
      },
    );
  proj
    .command('delete')
    .description('delete a project')
    .argument('<name>')
    .action(async (name: string, _: object, command: Command) => {
      await sessionOf(command).delete(`/api/v1/projects/${encodeURIComponent(name)}`);
      say(`project '${name}' deleted`);
    });
}

function projectTable(projects: readonly Project[]): string {
  return table(
    ['NAME', 'DESCRIPTION', 'DESTINATIONS', 'SOURCES'],
    projects.map(({ metadata, spec }) => [
      metadata.name,
      spec?.description,
      (spec?.destinations ?? [])
        .map(({ server, name, namespace }) => `${server ?? name ?? '*'},${namespace ?? '*'}`)
        .join(' '),
      (spec?.sourceRepos ?? []).join(' '),
    ]),
  );
}
