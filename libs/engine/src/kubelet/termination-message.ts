import { FileError, type ContainerFiles } from '../runtime/files/container-files.js';
import { textFromBytes } from '../runtime/files/file-node.js';
import type { ContainerInstance } from '../runtime/running-pods.js';
import type { Container } from '../types/index.js';

/** How much of the file, and of the log in its place, is shown (kubelet's limits). */
const LONGEST_MESSAGE = 4096;
const LONGEST_LOG = 2048;
const MOST_LOG_LINES = 80;

/** What a container leaves for its status: its file of last words, or the end of its log when it failed and so wants it. */
export function terminationMessage(
  { terminationMessagePath = '/dev/termination-log', terminationMessagePolicy }: Container,
  { knownFiles, process, startedMs }: ContainerInstance,
  finishedMs: number,
  exitCode: number,
): string | undefined {
  const written = readOf(knownFiles(), terminationMessagePath);
  if (written !== '') return textFromBytes(written.slice(0, LONGEST_MESSAGE));
  if (terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return undefined;
  const lines = process
    .lines(finishedMs - startedMs, MOST_LOG_LINES)
    .map(({ text, isOpen }) => (isOpen ? text : `${text}\n`));
  return lines.join('').slice(-LONGEST_LOG) || undefined;
}

function readOf(files: ContainerFiles | undefined, path: string): string {
  try {
    return files?.read(path) ?? '';
  } catch (error) {
    if (error instanceof FileError) return '';
    throw error;
  }
}
