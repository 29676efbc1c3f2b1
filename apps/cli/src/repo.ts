import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { outputFormat, print, say, type OutputFormat } from './output/print.js';
import { table } from './output/table.js';
import { sessionOf } from './session.js';

interface Repository {
  readonly repo: string;
  readonly type?: string;
  readonly name?: string;
  readonly connectionState?: { readonly status?: string; readonly message?: string };
}

/** `lotse repo …`. */
export function addRepo(program: Command): void {
  const repo = program.command('repo').description('repositories');
  repo
    .command('list')
    .description('all repositories, and whether they answer')
    .option('-o, --output <format>', 'json, yaml, wide or name', outputFormat)
    .action(async (options: { output?: OutputFormat }, command: Command) => {
      const { items } = await sessionOf(command).get<{ items: Repository[] }>('/api/v1/repositories');
      print(items, options.output, () =>
        options.output === 'name' ? items.map((item) => item.repo).join('\n') : repositoryTable(items),
      );
    });
  repo
    .command('add')
    .description('name a repository, with what it takes to read it')
    .argument('<url>')
    .option('--name <name>', 'how lists call it')
    .option('--username <name>', 'for https; with a token, any name')
    .option('--password <password>', 'or a token')
    .option('--ssh-private-key-path <file>', 'private key for ssh')
    .option('--insecure-skip-server-verification', 'accept any certificate or host key')
    .option('--type <type>', 'git or helm', 'git')
    .option('--enable-oci', 'charts in a registry')
    .option('--insecure-oci-force-http', 'a registry without TLS')
    .option('--project <name>', 'for the applications of this project only')
    .option('--upsert', 'replace a repository of that address')
    .action(
      async (
        url: string,
        options: {
          name?: string;
          username?: string;
          password?: string;
          sshPrivateKeyPath?: string;
          insecureSkipServerVerification?: boolean;
          upsert?: boolean;
          type: string;
          enableOci?: boolean;
          insecureOciForceHttp?: boolean;
          project?: string;
        },
        command: Command,
      ) => {
        await sessionOf(command).post(
          '/api/v1/repositories',
          {
            repo: url,
            type: options.type,
            ...(options.enableOci && { enableOCI: true }),
            ...(options.insecureOciForceHttp && { insecureOCIForceHttp: true }),
            ...(options.project && { project: options.project }),
            ...(options.name && { name: options.name }),
            ...(options.username && { username: options.username }),
            ...(options.password && { password: options.password }),
            ...(options.sshPrivateKeyPath && {
              sshPrivateKey: readFileSync(options.sshPrivateKeyPath, 'utf8'),
            }),
            ...(options.insecureSkipServerVerification && { insecure: true }),
          },
          { upsert: options.upsert },
        );
        say(`repository '${url}' added`);
      },
    );
  repo
    .command('rm')
    .description('forget a repository and its credentials')
    .argument('<url>')
    .action(async (url: string, _: object, command: Command) => {
      await sessionOf(command).delete(`/api/v1/repositories/${encodeURIComponent(url)}`);
      say(`repository '${url}' removed`);
    });
}

function repositoryTable(repositories: readonly Repository[]): string {
  return table(
    ['TYPE', 'NAME', 'REPO', 'STATUS', 'MESSAGE'],
    repositories.map(({ type, name, repo, connectionState }) => [
      type ?? 'git',
      name,
      repo,
      connectionState?.status,
      connectionState?.message,
    ]),
  );
}
