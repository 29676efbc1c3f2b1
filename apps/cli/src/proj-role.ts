import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error.js';
import { editProject, projectPath, type EditableProject, type Role } from './edit-project.js';
import { outputFormat, print, say, type OutputFormat } from './output/print.js';
import { table } from './output/table.js';
import { sessionOf } from './session.js';

/** `lotse proj role …`, as in argocd. */
export function addProjRole(proj: Command): void {
  const role = proj.command('role').description('roles of a project and their tokens');
  role
    .command('list')
    .description('all roles of a project')
    .argument('<project>')
    .option('-o, --output <format>', 'json, yaml or name', outputFormat)
    .action(async (project: string, { output }: { output?: OutputFormat }, command: Command) => {
      const { spec } = await sessionOf(command).get<EditableProject>(projectPath(project));
      const roles = spec?.roles ?? [];
      print(roles, output, () =>
        output === 'name'
          ? roles.map(({ name }) => name).join('\n')
          : table(
              ['ROLE-NAME', 'DESCRIPTION'],
              roles.map(({ name, description }) => [name, description]),
            ),
      );
    });
  role
    .command('create')
    .description('create a role')
    .argument('<project>')
    .argument('<role>')
    .option('--description <text>')
    .action(async (project: string, name: string, options: { description?: string }, command: Command) => {
      await editProject(sessionOf(command), project, (spec) => {
        if (spec.roles?.some((each) => each.name === name))
          throw new CliError(`the project ${project} has a role ${name} already`);
        return { ...spec, roles: [...(spec.roles ?? []), { name, ...options }] };
      });
      say(`role '${name}' created`);
    });
  role
    .command('delete')
    .description('delete a role')
    .argument('<project>')
    .argument('<role>')
    .action(async (project: string, name: string, _: object, command: Command) => {
      await editRole(command, project, name, () => undefined);
      say(`role '${name}' deleted`);
    });
  role
    .command('add-policy')
    .description('allow or deny the role something')
    .argument('<project>')
    .argument('<role>')
    .requiredOption('-a, --action <action>', 'such as get, sync or *')
    .requiredOption('-o, --object <application>', 'application of the project, * for all')
    .option('-p, --permission <permission>', 'allow or deny', 'allow')
    .option('-r, --resource <resource>', 'what it is about', 'applications')
    .action(async (project: string, name: string, options: PolicyOptions, command: Command) => {
      const { action, object, permission, resource } = options;
      if (permission !== 'allow' && permission !== 'deny')
        throw new CliError(`"${permission}" is neither allow nor deny`, EXIT.usage);
      const line = `p, proj:${project}:${name}, ${resource}, ${action}, ${project}/${object}, ${permission}`;
      await editRole(command, project, name, (before) => ({
        ...before,
        policies: [...(before.policies ?? []), line],
      }));
      say(`policy added: ${line}`);
    });
  role
    .command('create-token')
    .description('make a token with the rights of the role')
    .argument('<project>')
    .argument('<role>')
    .option('-e, --expires-in <duration>', 'such as 24h or 30d; 0s for as long as possible', '0s')
    .option('-i, --id <id>', 'name of the token')
    .option('-t, --token-only', 'print nothing else')
    .action(async (project: string, name: string, options: TokenOptions, command: Command) => {
      const answer = await sessionOf(command).post<{ token: string; id: string; expiresAt: string }>(
        tokenPath(project, name),
        { id: options.id ?? '', expiresIn: lifetimeSeconds(options.expiresIn) },
      );
      say(
        options.tokenOnly
          ? answer.token
          : `Create token succeeded for proj:${project}:${name}.\n  ID: ${answer.id}\n  Expires At: ${answer.expiresAt}\n  Token: ${answer.token}`,
      );
    });
  role
    .command('list-tokens')
    .description('all tokens of a role')
    .argument('<project>')
    .argument('<role>')
    .option('-o, --output <format>', 'json or yaml', outputFormat)
    .action(
      async (project: string, name: string, { output }: { output?: OutputFormat }, command: Command) => {
        const { items } = await sessionOf(command).get<{ items: Token[] }>(tokenPath(project, name));
        print(items, output, () =>
          table(
            ['ID', 'ISSUED AT', 'EXPIRES AT'],
            items.map(({ id, iat, exp }) => [id, timeOf(iat), timeOf(exp)]),
          ),
        );
      },
    );
  role
    .command('delete-token')
    .description('revoke a token')
    .argument('<project>')
    .argument('<role>')
    .argument('<token>', 'its id, or the second in which it was made')
    .action(async (project: string, name: string, token: string, _: object, command: Command) => {
      const which = /^\d{9,12}$/.test(token) ? token : `id/${encodeURIComponent(token)}`;
      await sessionOf(command).delete(`${tokenPath(project, name)}/${which}`);
      say('token deleted');
    });
}

interface PolicyOptions {
  action: string;
  object: string;
  permission: string;
  resource: string;
}
interface TokenOptions {
  expiresIn: string;
  id?: string;
  tokenOnly?: boolean;
}
interface Token {
  readonly id: string;
  readonly iat: number;
  readonly exp: number;
}

const tokenPath = (project: string, role: string): string =>
  `${projectPath(project)}/roles/${encodeURIComponent(role)}/token`;
const timeOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

function lifetimeSeconds(text: string): number {
  if (!/^(\d+[smhd])+$/.test(text))
    throw new CliError(`"${text}" is not a duration such as 24h or 30d`, EXIT.usage);
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (SECONDS[unit] ?? 0),
    0,
  );
}

async function editRole(
  command: Command,
  project: string,
  name: string,
  change: (role: Role) => Role | undefined,
): Promise<void> {
  await editProject(sessionOf(command), project, (spec) => {
    const roles = spec.roles ?? [];
    if (!roles.some((role) => role.name === name))
      throw new CliError(`the project ${project} has no role ${name}`);
    return { ...spec, roles: roles.flatMap((role) => (role.name === name ? (change(role) ?? []) : role)) };
  });
}
