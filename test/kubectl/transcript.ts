import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { findKubectl } from './find-kubectl.js';
import type { ServedCluster } from './served-cluster.js';

/** A command that has not ended by then hangs. */
const COMMAND_TIMEOUT_MS = 120_000;

/** How a command went. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** How commands of a transcript are run. */
export interface TranscriptOptions {
  /** Default: the kubectl on the path. */
  readonly kubectl?: string;
  readonly kubeconfig?: string;
  /** Variables of its environment, such as the editor. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Starts kubectl. */
export function spawnKubectl(
  served: ServedCluster,
  args: readonly string[],
  {
    kubectl: file = findKubectl() ?? 'kubectl',
    kubeconfig = served.kubeconfig,
    variables = {},
  }: TranscriptOptions = {},
): ChildProcessWithoutNullStreams {
  return spawn(file, args, {
    env: {
      ...process.env,
      ...variables,
      KUBECONFIG: kubeconfig,
      HOME: served.folder,
      KUBECACHEDIR: join(served.folder, 'cache'),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs kubectl once. */
export async function kubectl(
  served: ServedCluster,
  args: readonly string[],
  options: TranscriptOptions = {},
  input = '',
): Promise<CommandResult> {
  const child = spawnKubectl(served, args, options);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const late = setTimeout(() => child.kill('SIGKILL'), COMMAND_TIMEOUT_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearTimeout(late);
  return { ...output, code };
}

/**
 * Plays a transcript: lines that start with `$ kubectl` are commands (`<<<` and a name after one feed it an input), the
 * lines after a command are what it prints, stdout before stderr. Runs of spaces count as one; `*` stands for any
 * characters but spaces, `**` for anything, a line of `...` for any number of lines. Neighbouring lines that start with
 * `~ ` may come in any order: kubectl before 1.36 prints the keys of secrets and config maps as Go's maps have them.
 */
export async function transcript(
  served: ServedCluster,
  text: string,
  inputs: Readonly<Record<string, string>> = {},
  options: TranscriptOptions = {},
): Promise<void> {
  for (const { command, expected } of parse(text)) {
    const [line = '', inputName] = command.split(/\s+<<<\s+/);
    const args = splitArguments(line).slice(1);
    const result = await kubectl(served, args, options, inputName === undefined ? '' : inputs[inputName]);
    const actual = lines(result.stdout + result.stderr);
    if (matches(expected, actual)) continue;
    expect(`$ ${command}\n${actual.join('\n')}`).toBe(`$ ${command}\n${expected.join('\n')}`);
    expect.fail(`$ ${command}: the output does not match its pattern`);
  }
}

interface Step {
  readonly command: string;
  readonly expected: string[];
}

function parse(text: string): Step[] {
  const steps: Step[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), expected: [] });
    else if (line !== '') steps.at(-1)?.expected.push(line.replaceAll(/\s+/g, ' '));
  }
  return steps;
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '' && !line.startsWith('WARNING: version difference'));

/** Arguments of a command line with single or double quotes. */
function splitArguments(line: string): string[] {
  return Array.from(line.matchAll(/((?:'[^']*'|"[^"]*"|[^\s'"])+)/g), ([, word = '']) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  );
}

function matches(expected: readonly string[], actual: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return actual.length === 0;
  if (first === '...')
    return actual.some((_, index) => matches(rest, actual.slice(index))) || rest.length === 0;
  if (first.startsWith('~ ')) {
    const end = expected.findIndex((line) => !line.startsWith('~ '));
    const shuffled = expected.slice(0, end === -1 ? undefined : end).map((line) => pattern(line.slice(2)));
    return (
      inAnyOrder(shuffled, actual.slice(0, shuffled.length)) &&
      matches(expected.slice(shuffled.length), actual.slice(shuffled.length))
    );
  }
  return actual[0] !== undefined && pattern(first).test(actual[0]) && matches(rest, actual.slice(1));
}

function inAnyOrder(patterns: readonly RegExp[], actual: readonly string[]): boolean {
  const left = [...actual];
  return patterns.every((wanted) => {
    const found = left.findIndex((line) => wanted.test(line));
    if (found !== -1) left.splice(found, 1);
    return found !== -1;
  });
}

function pattern(line: string): RegExp {
  const escaped = line.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('**', '\0').replaceAll('*', '\\S*').replaceAll('\0', '.*')}$`);
}
