import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file is often written in several steps, or a link to it is set anew; they are one change. */
const SETTLE_MS = 200;

/** What somebody who watches a file is told. */
export interface FileListener {
  /** The file has another text now. */
  changed(text: string): void | Promise<void>;
  /** It can't be read or watched; what was read last goes on. */
  failed(error: unknown): void;
}

/**
 * Tells of every new text of a file, by looking at its folder: files are replaced, and links swapped, more often than written.
 * Returns the way to stop.
 */
export function watchFile(path: string, known: string, listener: FileListener): () => void {
  let last = known;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    try {
      const text = await readFile(path, 'utf8');
      if (text === last) return;
      last = text;
      await listener.changed(text);
    } catch (error) {
      listener.failed(error);
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), SETTLE_MS);
    timer.unref();
  };
  try {
    const watcher = watch(dirname(path), { persistent: false }, soon);
    watcher.on('error', (error) => listener.failed(error));
    // It may have changed between being read and being watched.
    soon();
    return () => {
      clearTimeout(timer);
      watcher.close();
    };
  } catch (error) {
    listener.failed(error);
    return () => undefined;
  }
}
