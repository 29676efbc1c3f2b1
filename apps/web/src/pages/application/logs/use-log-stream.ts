import { useEffect, useState } from 'react';
import { request, type Query } from '../../../api/http.js';
import { FrameBatch } from '../../../live/frame-batch.js';
import { appendLines, EMPTY_LOG, type LogView } from './log-buffer.js';
import { parseLogLine, type LogLine } from './log-line.js';

export type LogStreamState = { kind: 'reading' } | { kind: 'ended' } | { kind: 'failed'; error: unknown };

/** Reads a stream of log lines for as long as the caller shows it; a new question begins anew. */
export function useLogStream(
  path: string,
  query: Query,
): { view: LogView; state: LogStreamState; restart: () => void } {
  const [view, setView] = useState<LogView>(EMPTY_LOG);
  const [state, setState] = useState<LogStreamState>({ kind: 'reading' });
  const [attempt, setAttempt] = useState(0);
  const key = JSON.stringify(query);

  useEffect(() => {
    const abort = new AbortController();
    setView(EMPTY_LOG);
    setState({ kind: 'reading' });
    const batch = new FrameBatch<LogLine>((lines) => {
      if (!abort.signal.aborted) setView((was) => appendLines(was, lines));
    });
    void read(path, JSON.parse(key) as Query, abort.signal, (line) => batch.add(line)).then(
      () => !abort.signal.aborted && setState({ kind: 'ended' }),
      (error: unknown) => !abort.signal.aborted && setState({ kind: 'failed', error }),
    );
    return () => abort.abort();
  }, [path, key, attempt]);

  return { view, state, restart: () => setAttempt((was) => was + 1) };
}

async function read(
  path: string,
  query: Query,
  signal: AbortSignal,
  onLine: (line: LogLine) => void,
): Promise<void> {
  const response = await request(path, { query, signal });
  if (!response.body) return;
  let rest = '';
  let index = 0;
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = parseLogLine(part, index);
      if (!line) continue;
      index += 1;
      onLine(line);
    }
  }
  const last = parseLogLine(rest, index);
  if (last) onLine(last);
}
