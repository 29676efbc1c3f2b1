import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error.js';
import { say } from './output/print.js';

/** `lotse completion bash|zsh|fish`: a script to source. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('a completion script for your shell')
    .argument('<shell>', 'bash, zsh or fish')
    .action((shell: string) => say(scriptFor(shell, program)));
}

function wordsOf(command: Command): string {
  return [
    ...command.commands.map((child) => child.name()),
    ...command.options.flatMap((option) => (option.long ? [option.long] : [])),
  ].join(' ');
}

function scriptFor(shell: string, program: Command): string {
  const groups = program.commands.filter((command) => command.commands.length > 0);
  const cases = groups.flatMap((group) => [
    `    "${group.name()}") words="${wordsOf(group)}" ;;`,
    ...group.commands.map(
      (command) => `    "${group.name()} ${command.name()}") words="${wordsOf(command)}" ;;`,
    ),
  ]);
  const body = [
    '_lotse() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" words=""',
    '  local path="${COMP_WORDS[*]:1:COMP_CWORD-1}"',
    '  case "$(echo $path | cut -d" " -f1,2)" in',
    ...cases,
    `    *) words="${wordsOf(program)}" ;;`,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -F _lotse lotse',
  ];
  if (shell === 'bash') return body.join('\n');
  if (shell === 'zsh') return ['autoload -U +X bashcompinit && bashcompinit', ...body].join('\n');
  if (shell === 'fish') {
    return [
      ...program.commands.map(
        (command) =>
          `complete -c lotse -n __fish_use_subcommand -a ${command.name()} -d '${command.description()}'`,
      ),
      ...groups.flatMap((group) =>
        group.commands.map(
          (command) =>
            `complete -c lotse -n '__fish_seen_subcommand_from ${group.name()}' -a ${command.name()} -d '${command.description()}'`,
        ),
      ),
    ].join('\n');
  }
  throw new CliError(`no completion for "${shell}": use bash, zsh or fish`, EXIT.usage);
}
