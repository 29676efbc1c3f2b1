import type { HttpAnswer, HttpRequest } from '../container-runtime.js';
import { answer, pathOf, type ServerContext } from '../image-behaviour.js';

/** Sources and errors that are kept. */
const MOST_KEPT = 500;

/** What `nettest` knows: who called it. It calls nobody itself. */
interface State {
  readonly Hostname: string;
  readonly Sent: null;
  Received: Record<string, number> | null;
  Errors: string[] | null;
  readonly Log: null;
  readonly StillContactingPeers: boolean;
}

/** `nettest`: notes who calls, and tells. */
export function nettest(request: HttpRequest, { hostname, memory, exit }: ServerContext): HttpAnswer {
  const kept = memory.get('nettest');
  const state: State =
    kept === undefined
      ? {
          Hostname: hostname,
          Sent: null,
          Received: null,
          Errors: null,
          Log: null,
          StillContactingPeers: true,
        }
      : (JSON.parse(kept) as State);
  switch (pathOf(request)) {
    case '/read':
      return answer(200, JSON.stringify(state, null, '\t'));
    case '/write': {
      note(state, Buffer.from(request.body ?? []).toString('utf8'));
      memory.set('nettest', JSON.stringify(state));
      return answer(200, `${JSON.stringify({ Hostname: hostname })}\n`);
    }
    case '/status':
      return answer(200, 'running');
    case '/quit':
      exit(0);
      return answer(200, '');
    default:
      return answer(404, '404 page not found\n');
  }
}

function note(state: State, body: string): void {
  const source = sourceOf(body);
  const received = new Map(Object.entries(state.Received ?? {}));
  if (source && (received.has(source) || received.size < MOST_KEPT)) {
    received.set(source, (received.get(source) ?? 0) + 1);
    state.Received = Object.fromEntries(received);
  } else if (!source)
    state.Errors = [...(state.Errors ?? []), `${state.Hostname}: Got request with no source`].slice(
      -MOST_KEPT,
    );
}

function sourceOf(body: string): string | undefined {
  try {
    const given: unknown = JSON.parse(body);
    const source =
      typeof given === 'object' && given !== null && 'Source' in given ? given.Source : undefined;
    return typeof source === 'string' && source !== '' ? source : undefined;
  } catch {
    return undefined;
  }
}
