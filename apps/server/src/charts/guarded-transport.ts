import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type LookupFunction, isIP } from 'node:net';
import { CodedError } from '@lotse/manifests';
import { type ChartTransport, HelmError, type TransportRequest, type TransportResponse } from '@lotse/helm';
import {
  guardedLookup,
  insideAddressError,
  isInsideAddress,
} from '../repositories/addresses/address-guard.js';

/** A server that says nothing for this long has hung. */
const IDLE_TIMEOUT_MS = 30_000;
/** The largest index or archive over a slow line. */
const TOTAL_TIMEOUT_MS = 5 * 60_000;
const USER_AGENT = 'Helm/4.0 (lotse)';

/** What requests may do. */
export interface TransportOptions {
  /** Lets them reach this machine and its private network. */
  readonly allowInside: boolean;
  /** Accepts any TLS certificate. */
  readonly insecure: boolean;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** Requests that check every address at the moment of connecting, count bytes, and give up on silence. */
export function guardedTransport(options: TransportOptions): ChartTransport {
  return async (request) => {
    const url = new URL(request.url);
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(TOTAL_TIMEOUT_MS)]);
    try {
      const response = await send(url, request, options, signal);
      return await read(url, response, request.maxBytes);
    } catch (error) {
      throw failure(url, error, signal);
    }
  };
}

function send(
  url: URL,
  { method, headers }: TransportRequest,
  { allowInside, insecure }: TransportOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowInside && isIP(host) !== 0 && isInsideAddress(host)) throw insideAddressError(host);
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = start(url, {
      method,
      headers: { 'User-Agent': USER_AGENT, 'Accept-Encoding': 'identity', ...headers },
      lookup: guardedLookup(allowInside) as LookupFunction,
      agent: false,
      timeout: IDLE_TIMEOUT_MS,
      signal,
      rejectUnauthorized: !insecure,
    });
    request.on('timeout', () =>
      request.destroy(new Error(`the server said nothing for ${IDLE_TIMEOUT_MS / 1_000} s`)),
    );
    request.on('error', reject);
    request.on('response', resolve);
    request.end();
  });
}

async function read(url: URL, response: IncomingMessage, maxBytes: number): Promise<TransportResponse> {
  const { statusCode = 0 } = response;
  const parts: Buffer[] = [];
  // nobody reads what an error page says
  if (statusCode >= 200 && statusCode < 300) {
    let received = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      received += part.length;
      if (received > maxBytes)
        throw new HelmError(
          'helm/chart-too-large',
          `${url.host} sends more than ${Math.round(maxBytes / 1024)} KiB for ${url.pathname}`,
        );
      parts.push(part);
    }
  }
  response.destroy();
  return { status: statusCode, headers: flatten(response), body: Buffer.concat(parts) };
}

function flatten({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function failure(url: URL, error: unknown, signal: AbortSignal): Error {
  if (error instanceof CodedError) return error;
  const why = signal.aborted
    ? 'it took too long, or the server is stopping'
    : error instanceof Error
      ? error.message
      : String(error);
  return new HelmError(
    'helm/repository-unreachable',
    `talking to ${url.host} failed: ${why}`,
    {},
    { cause: error },
  );
}
