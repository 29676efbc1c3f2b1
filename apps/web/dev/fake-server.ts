import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server as SocketServer } from 'socket.io';
import type { Plugin } from 'vite';
import { answer } from './fake-routes.js';
import { FakeState, MODES } from './fake-state.js';

/** Slow enough to see loading states, fast enough not to annoy. */
const DELAY_MS = 60;

/** Stricter than the real server's, so that nothing comes to depend on an exception. */
const STRICT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'";

interface TopicRequest {
  topic: string;
  name?: string;
  resource?: string;
  namespace?: string;
}

/** A server that exists only in development. `/__fake?mode=huge` switches what it plays. */
export function fakeServer(mode: string): Plugin {
  const state = new FakeState(MODES.find((each) => each === mode) ?? 'full');
  return {
    name: 'lotse-fake-server',
    configureServer(server) {
      if (server.httpServer) attachSockets(state, server.httpServer);
      server.middlewares.use((request, response, next) => answerOrPass(state, request, response, next));
    },
    configurePreviewServer(server) {
      attachSockets(state, server.httpServer);
      server.middlewares.use((request, response, next) => {
        response.setHeader('Content-Security-Policy', STRICT_POLICY);
        answerOrPass(state, request, response, next);
      });
    },
  };
}

function answerOrPass(
  state: FakeState,
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): void {
  const { pathname } = new URL(request.url ?? '/', 'http://fake');
  if (pathname === '/__fake' || pathname.startsWith('/api/')) void respond(state, request, response);
  else next();
}

function attachSockets(state: FakeState, server: unknown): void {
  const sockets = new SocketServer(server as never, { path: '/socket.io' });
  state.sockets = sockets;
  sockets.on('connection', (socket) => {
    socket.on('subscribe', (request: TopicRequest, ack?: (reply: unknown) => void) => {
      void socket.join(roomOf(request));
      ack?.({ ok: true });
      const items = stateOf(state, request);
      if (items && state.mode !== 'failing')
        socket.emit('state', { ...request, items, resourceVersion: '1' });
    });
    socket.on('unsubscribe', (request: TopicRequest) => void socket.leave(roomOf(request)));
  });
}

const roomOf = ({ topic, name }: TopicRequest) => (topic === 'application' ? `application:${name}` : topic);

function stateOf(state: FakeState, { topic, name, resource }: TopicRequest): unknown[] | undefined {
  if (topic === 'applications') return [...state.apps.values()];
  if (topic === 'cluster')
    return resource === 'pods' ? state.pods : resource === 'nodes' ? state.nodes : undefined;
  const nodes = (state.trees.get(name ?? '') ?? []).map((node) => ({
    kind: 'TreeNode',
    metadata: { name: node.name, uid: node.uid },
    node,
  }));
  return [state.apps.get(name ?? ''), ...nodes].filter(Boolean);
}

async function respond(state: FakeState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake');
  if (url.pathname === '/__fake') {
    state.reset(MODES.find((each) => each === url.searchParams.get('mode')) ?? 'full');
    response.end(state.mode);
    return;
  }
  if (url.pathname.endsWith('/logs')) {
    logs(response, url.searchParams);
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  await new Promise((resolve) => setTimeout(resolve, DELAY_MS));
  const body = text ? (JSON.parse(text) as Record<string, unknown>) : {};
  const reply = answer(state, {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body,
  });
  response.statusCode = reply?.status ?? 404;
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify(
      reply?.body ?? {
        error: 'NOT_FOUND',
        code: 'NOT_FOUND',
        message: `The fake has no ${request.method} ${url.pathname}.`,
      },
    ),
  );
}

function logs(response: ServerResponse, query: URLSearchParams): void {
  response.setHeader('content-type', 'application/x-ndjson');
  const podName = query.get('podName') ?? 'pod';
  const line = (i: number) => {
    const level = i % 23 === 0 ? 'ERROR' : i % 7 === 0 ? 'WARN ' : 'INFO ';
    const text =
      level === 'ERROR'
        ? 'upstream "payments" answered 503 after 3 attempts'
        : level === 'WARN '
          ? 'slow query took 812 ms'
          : `GET /cart/${(i * 7919) % 9000} 200 ${(i * 13) % 90} ms`;
    return `${JSON.stringify({ content: `${level} ${text}`, timeStamp: new Date(Date.now() - 1).toISOString(), podName, last: false })}\n`;
  };
  const tail = Math.min(Number(query.get('tailLines') ?? 500), 5_000);
  for (let i = 0; i < tail; i += 1) response.write(line(i));
  if (query.get('follow') !== 'true') return void response.end();
  let i = tail;
  const timer = setInterval(() => response.write(line(i++)), 400);
  response.on('close', () => clearInterval(timer));
}
