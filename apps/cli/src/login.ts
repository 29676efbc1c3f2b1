import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { ApiClient } from './api/api-client.js';
import { CliError, EXIT } from './cli-error.js';
import { ContextStore } from './context/context-store.js';
import { say } from './output/print.js';

/** `lotse login`, `lotse logout`. */
export function addLogin(program: Command): void {
  program
    .command('login')
    .description('sign in to a server and remember it')
    .argument('<server>', 'address, such as http://127.0.0.1:8080')
    .option('--username <name>', 'who signs in', 'admin')
    .option('--password <password>', 'asked for when it is not given')
    .action(async (address: string, options: { username: string; password?: string }) => {
      const server = addressOf(address);
      const password = options.password ?? (await ask(`Password of ${options.username}: `));
      const { token } = await new ApiClient({ server, token: '' }).post<{ token: string }>(
        '/api/v1/session',
        { username: options.username, password },
      );
      new ContextStore().save({ server, token });
      say(`'${options.username}' signed in to ${server}`);
    });
  program
    .command('logout')
    .description('sign out and forget the server')
    .argument('[server]', 'the last one signed in to by default')
    .action(async (address?: string) => {
      const store = new ContextStore();
      const server = address ? addressOf(address) : store.currentServer;
      if (!server) throw new CliError('not signed in anywhere');
      const token = store.forget(server);
      if (token) await new ApiClient({ server, token }).delete('/api/v1/session').catch(() => undefined);
      say(`signed out of ${server}`);
    });
}

function addressOf(text: string): string {
  const withScheme = /^https?:\/\//.test(text) ? text : `http://${text}`;
  if (!URL.canParse(withScheme))
    throw new CliError(`"${text}" is not an address such as http://127.0.0.1:8080`, EXIT.usage);
  return new URL(withScheme).origin;
}

async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new CliError('no password given: use --password', EXIT.usage);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = terminal.question(question);
  // What is typed from here on is not shown.
  const write = process.stderr.write.bind(process.stderr);
  process.stderr.write = () => true;
  try {
    return await answer;
  } finally {
    process.stderr.write = write;
    write('\n');
    terminal.close();
  }
}
