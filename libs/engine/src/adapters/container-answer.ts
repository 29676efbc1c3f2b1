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

/** The body of a request; undefined when it is larger than that. `took` is told of the bytes that are kept, and of those given back. */
export async function readBody(
  message: IncomingMessage,
  mostBytes: number,
  took: (bytes: number) => unknown = () => undefined,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  let isWhole = false;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      size += chunk.length;
      took(chunk.length);
      if (size > mostBytes) return undefined;
      chunks.push(chunk);
    }
    isWhole = true;
    return Buffer.concat(chunks);
  } finally {
    if (!isWhole) took(-size);
  }
}
