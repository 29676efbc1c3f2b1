import { Command, CommanderError, Option } from 'commander';
import { CodedError } from '@lotse/manifests';
import { addApp } from './app/index.js';
import { addBackup } from './backup.js';
import { CliError, EXIT } from './cli-error.js';
import { addCompletion } from './completion.js';
import { addLogin } from './login.js';
import { addProj } from './proj.js';
import { addRepo } from './repo.js';
import { addKustomize } from './render/kustomize.js';
import { withoutSwitchValues } from './render/switch-values.js';
import { addTemplate } from './render/template.js';
import { addVersion, VERSION } from './version.js';

interface Family {
  readonly names: readonly string[];
  readonly add: (program: Command) => void;
}

const FAMILIES: readonly Family[] = [
  { names: ['login', 'logout'], add: addLogin },
  { names: ['app'], add: addApp },
  { names: ['proj'], add: addProj },
  { names: ['repo'], add: addRepo },
  { names: ['backup', 'restore'], add: addBackup },
  { names: ['template'], add: addTemplate },
  { names: ['kustomize'], add: addKustomize },
  { names: ['version'], add: addVersion },
];

/** The command line: with the one command its first word names, which is sooner ready, or else the whole. */
function lotse(first: string | undefined): Command {
  const program = new Command('lotse')
    .description('drives a Lotse server')
    .version(VERSION, '-v', 'print the version (also --version)')
    .option('--server <url>', 'instead of the one signed in to last (also LOTSE_SERVER)')
    .option('--auth-token <token>', 'instead of the one signed in with (also LOTSE_TOKEN)')
    // scripts written for argocd give them everywhere; the address says whether TLS is spoken
    .addOption(new Option('--plaintext').hideHelp())
    .addOption(new Option('--grpc-web').hideHelp())
    .exitOverride()
    .showHelpAfterError('(add --help for what it takes)');
  const named = FAMILIES.filter(({ names }) => first !== undefined && names.includes(first));
  for (const { add } of named.length > 0 ? named : FAMILIES) add(program);
  if (named.length === 0) addCompletion(program);
  for (const command of everyCommand(program)) command.exitOverride();
  return program;
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** The command that the first words name. */
function commandOf(command: Command, words: readonly string[]): Command {
  const next = command.commands.find((each) => each.name() === words[0]);
  return next ? commandOf(next, words.slice(1)) : command;
}

/** Runs one command line; failures go to standard error as one line, the exit code tells scripts. */
export async function run(args: readonly string[]): Promise<void> {
  process.stdout.on('error', endWithReader);
  try {
    // further on it is an option of commands: which version of a chart
    const given = args[0] === '--version' ? ['-v', ...args.slice(1)] : args;
    const program = lotse(given[0]);
    const options = commandOf(program, given).options;
    await program.parseAsync(withoutSwitchValues(given, options), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    else if (error instanceof CliError) {
      process.stderr.write(`lotse: ${error.message}\n`);
      process.exitCode = error.exitCode;
    } else if (error instanceof CodedError) {
      process.stderr.write(`lotse: ${error.message}\n`);
      process.exitCode = EXIT.failed;
    } else throw error;
  }
}

/** How a shell tells that a program was ended for writing to a pipe nobody reads: 128 and the signal's number. */
const BROKEN_PIPE = 141;

/** Whoever read the output has gone, as `head` does: there is nobody left to tell anything. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(BROKEN_PIPE);
}
