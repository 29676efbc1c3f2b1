import type { IncomingMessage, Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request } from 'express';
import { json } from 'express';
import { HttpCodedError } from './status-codes.js';

/** A manifest with its managed fields fits many times; the Kubernetes API server allows 3 MiB. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;
/** What senders of webhooks say about one push; GitHub's own limit is larger, but nothing beyond the refs is read. */
export const MAX_WEBHOOK_BYTES = 1024 * 1024;
/** Deeper nesting is no request somebody needs, and costs stack in everything that walks it. */
const MAX_JSON_DEPTH = 100;
/** Clients of Argo CD's API send a patch of an object as a JSON string with the patch as JSON inside. */
const OBJECT_PATCH = /^\/api\/v1\/applications\/[^/]+\/resource\/?$/;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_REQUESTS_PER_SOCKET = 10_000;
const MAX_HEADERS = 100;

/** A request whose raw body was kept (webhooks check a signature over it). */
export interface RawBodyRequest extends Request {
  rawBody?: Buffer;
}

/** JSON bodies up to their limits; the bytes of webhooks are kept for their signature. */
export function useBodyParsers(app: NestExpressApplication): void {
  const keepRaw = (
    request: IncomingMessage & { rawBody?: Buffer },
    _response: unknown,
    body: Buffer,
  ): void => {
    request.rawBody = body;
  };
  app.use('/api/webhook', json({ limit: MAX_WEBHOOK_BYTES, type: () => true, verify: keepRaw }));
  app.use(
    OBJECT_PATCH,
    json({ limit: MAX_BODY_BYTES, strict: false, verify: noteDepth }),
    refuseTooDeep,
    readTextInJson,
  );
  app.use(
    json({ limit: MAX_BODY_BYTES, type: ['application/json', 'application/*+json'], verify: noteDepth }),
  );
  app.use(refuseTooDeep);
}

/** Times and counts that keep slow or endless clients from holding connections. */
export function applyHttpLimits(server: Server): void {
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_SOCKET;
  server.maxHeadersCount = MAX_HEADERS;
}

const tooDeep = new WeakSet<IncomingMessage>();

/** What a parser's hook throws loses its code on the way; what is noted here is thrown by the next step. */
function noteDepth(request: IncomingMessage, _response: unknown, body: Buffer): void {
  if (isTooDeep(body)) tooDeep.add(request);
}

function refuseTooDeep(request: Request, _response: unknown, next: NextFunction): void {
  if (!tooDeep.has(request)) return next();
  next(new HttpCodedError(400, 'body_too_deep', `The body is nested deeper than ${MAX_JSON_DEPTH} levels.`));
}

function readTextInJson(request: Request, _response: unknown, next: NextFunction): void {
  const text: unknown = request.body;
  if (typeof text !== 'string') return next();
  if (isTooDeep(Buffer.from(text))) tooDeep.add(request);
  else
    try {
      request.body = JSON.parse(text) as unknown;
    } catch {
      return next(new HttpCodedError(400, 'body_invalid', 'The text in the body is no JSON.'));
    }
  refuseTooDeep(request, undefined, next);
}

/** Counts brackets outside of strings. */
function isTooDeep(body: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}
