import type { Bash, CommandNode, ScriptNode, StatementNode } from 'just-bash';
import { fair } from './fair-script.js';
import { SESSION_FILE } from './shell-file-system.js';
import { streaming, type Outputs } from './streaming-script.js';
import { isUnfinished } from './unfinished-script.js';

/** Variables that a shell makes for itself: they are not carried over. */
const OWN = new Set([
  'BASHOPTS',
  'BASHPID',
  'EUID',
  'FUNCNAME',
  'HOSTTYPE',
  'LINENO',
  'MACHTYPE',
  'OPTIND',
  'OSTYPE',
  'PIPESTATUS',
  'PPID',
  'RANDOM',
  'SECONDS',
  'SHELLOPTS',
  'SHLVL',
  'UID',
  '__code',
]);
const ARRAY = /^declare -(\w*[aA]\w*) (\w+)=\(/;
/** Separates the parts of what a line leaves behind. */
const MARK = '__lotse_part__';
/** Text of functions that a session keeps. */
const MOST_FUNCTION_TEXT = 256 * 1024;

/** The exit code of what was ended by the interrupt key. */
export const INTERRUPTED = 130;
/** What the interpreter says when it is stopped; a shell on a terminal says nothing. */
const STOPPED = 'bash: execution aborted\n';

/** What a piece of script came to. */
export interface ShellOutcome {
  /** Output that was not sent as it was written. */
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** True when the shell was left. */
  readonly hasLeft: boolean;
}

/** What is used of the language: it is loaded with the first command. */
export interface ShellLanguage {
  readonly parse: (source: string) => ScriptNode;
  readonly serialize: (script: ScriptNode) => string;
}

/**
 * A shell that is given its script piece by piece and goes on where it was: directory, variables, functions, aliases,
 * options, parameters, the last exit code.
 */
export class ContinuedShell {
  readonly #bash: Bash;
  readonly #outputs: Outputs;
  readonly #language: ShellLanguage;
  readonly #functions = new Map<string, string>();
  #directory: string;
  #state = '';
  #lastExit = 0;

  constructor(bash: Bash, outputs: Outputs, language: ShellLanguage) {
    this.#bash = bash;
    this.#outputs = outputs;
    this.#language = language;
    this.#directory = bash.getCwd();
  }

  get directory(): string {
    return this.#directory;
  }

  get lastExit(): number {
    return this.#lastExit;
  }

  /** True when a piece needs more to be whole. */
  isUnfinished(source: string): boolean {
    return isUnfinished(source, this.#language.parse);
  }

  /** Runs a piece to its end. */
  async run(
    source: string,
    options: { readonly signal?: AbortSignal; readonly stdin?: string } = {},
  ): Promise<ShellOutcome> {
    const { parse, serialize } = this.#language;
    let script: ScriptNode;
    try {
      script = parse(source);
    } catch (error) {
      this.#lastExit = 2;
      const why = error instanceof Error ? error.message : String(error);
      return { stdout: '', stderr: `sh: ${why}\n`, exitCode: 2, hasLeft: false };
    }
    await this.#bash.fs.rm(SESSION_FILE, { force: true });
    const functions = [...this.#functions.values()].join('\n');
    const text = serialize(fair(streaming(script, this.#outputs)));
    const leaves = `{ pwd; echo ${MARK}; declare -p; echo ${MARK}; alias; echo ${MARK}; set +o; echo ${MARK}; declare -F; echo ${MARK}; printf '%q ' "$@"; }`;
    const result = await this.#bash.exec(
      `${this.#state}\n${functions}\n(exit ${this.#lastExit})\n${text}\n__code=$?\n${leaves} > ${SESSION_FILE} 2>/dev/null\nexit $__code`,
      {
        cwd: this.#directory,
        rawScript: true,
        ...(options.signal && { signal: options.signal }),
        ...(options.stdin !== undefined && { stdin: options.stdin, stdinKind: 'bytes' as const }),
      },
    );
    if (options.signal?.aborted && result.stderr.endsWith(STOPPED)) {
      this.#lastExit = INTERRUPTED;
      const stderr = result.stderr.slice(0, -STOPPED.length);
      return { ...result, stderr, exitCode: INTERRUPTED, hasLeft: false };
    }
    this.#lastExit = result.exitCode;
    // A piece that leaves the shell never comes to the end of the script.
    const hasLeft = !(await this.#bash.fs.exists(SESSION_FILE));
    if (!hasLeft) this.#remember(await this.#bash.readFile(SESSION_FILE), script);
    return { ...result, hasLeft };
  }

  #remember(left: string, script: ScriptNode): void {
    const [directory = '/', variables = '', aliases = '', options = '', names = '', parameters = ''] =
      left.split(`${MARK}\n`);
    this.#directory = directory.trimEnd();
    const aliasLines = aliases.trim();
    this.#state = [
      this.#kept(variables),
      ...(aliasLines ? ['shopt -s expand_aliases', aliasLines] : []),
      ...options.split('\n').filter((line) => line.startsWith('set -o ')),
      ...(parameters.trim() && parameters.trim() !== "''" ? [`set -- ${parameters}`] : []),
    ].join('\n');
    for (const { name, text } of this.#functionsOf(script.statements)) this.#functions.set(name, text);
    const known = new Set(names.split('\n').map((line) => line.split(' ').at(-1) ?? ''));
    for (const name of this.#functions.keys()) if (!known.has(name)) this.#functions.delete(name);
    let size = 0;
    for (const [name, text] of this.#functions) {
      size += text.length;
      if (size > MOST_FUNCTION_TEXT) this.#functions.delete(name);
    }
  }

  /** The declarations of variables that are the user's. */
  #kept(declarations: string): string {
    let script: ScriptNode;
    try {
      script = this.#language.parse(declarations);
    } catch {
      return '';
    }
    const kept = script.statements.filter((statement) => {
      const name = declaredBy(statement);
      return name !== undefined && !OWN.has(name);
    });
    // Elements with blanks come through in an assignment only.
    return kept.map(({ sourceText = '' }) => sourceText.replace(ARRAY, 'declare -$1 $2; $2=(')).join('\n');
  }

  #functionsOf(statements: readonly StatementNode[]): { readonly name: string; readonly text: string }[] {
    const { serialize } = this.#language;
    return statements.flatMap((statement) =>
      statement.pipelines.flatMap(({ commands }) =>
        commands.flatMap((command) => {
          if (command.type === 'FunctionDef') {
            const own: StatementNode = {
              ...statement,
              pipelines: [
                { type: 'Pipeline', negated: false, timed: false, timePosix: false, commands: [command] },
              ],
              operators: [],
              background: false,
            };
            const text = serialize(fair({ type: 'Script', statements: [own] }));
            return [{ name: command.name, text }];
          }
          return bodiesOf(command).flatMap((body) => this.#functionsOf(body));
        }),
      ),
    );
  }
}

/** What lies in a command that the shell itself runs. */
function bodiesOf(command: CommandNode): readonly (readonly StatementNode[])[] {
  if (command.type === 'Group') return [command.body];
  if (command.type !== 'If') return [];
  return [...command.clauses.map(({ body }) => body), command.elseBody ?? []];
}

/** The name a `declare` statement declares. */
function declaredBy(statement: StatementNode): string | undefined {
  const command = statement.pipelines[0]?.commands[0];
  if (command?.type !== 'SimpleCommand') return undefined;
  const words = [command.name, ...command.args].map(
    (word) => word?.parts.map((part) => ('value' in part ? String(part.value) : '')).join('') ?? '',
  );
  const name = words[0] === 'declare' ? words.slice(1).find((word) => !word.startsWith('-')) : undefined;
  const plain = name?.split('=')[0] ?? command.assignments[0]?.name;
  return plain !== undefined && /^[A-Za-z_]\w*$/.test(plain) ? plain : undefined;
}
