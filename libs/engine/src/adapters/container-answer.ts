import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpAnswer } from '../runtime/container-runtime.js';
import { sendStream } from './streams/send-stream.js';

/** Sends what a container has answered, as a whole or as it goes on. `streams` are ended with whoever serves them. */
export function sendContainerAnswer(
  message: Pick<IncomingMessage, 'method'>,
  response: ServerResponse,
  { status, headers, body, stream }: HttpAnswer,
  streams: Set<() => void> = new Set(),
): void {
  if (!stream) {
    response.writeHead(status, { ...headers });
    response.end(message.method === 'HEAD' ? undefined : body);
    return;
  }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  sendStream(response, { status, headers, stream }, { streams, gate: undefined });
}

/** The body of a request; undefined when it is larger than that. */
export async function readBody(message: IncomingMessage, mostBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
