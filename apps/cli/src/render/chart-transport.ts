import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, type RequestOptions } from 'node:https';
import type { ChartTransport, TransportRequest } from '@lotse/helm';
import { CliError } from '../cli-error.js';
import { whyUnreadable } from '../file-problem.js';

/** A server that says nothing for this long has hung. */
const IDLE_TIMEOUT_MS = 30_000;

/** Who is trusted and who we are; the options have Helm's names. */
export interface TlsOptions {
  readonly insecureSkipTlsVerify?: boolean;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** Requests of this machine's user: they may go anywhere. */
export function chartTransport(tls: TlsOptions): ChartTransport {
  const secure = secureOptions(tls);
  return async (request) => {
    const { host } = new URL(request.url);
    try {
      const response = await send(request, secure);
      const body = await read(response, request.maxBytes, host);
      const headers = Object.entries(response.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]);
      return {
        status: response.statusCode ?? 0,
        headers: Object.fromEntries(headers) as Record<string, string>,
        body,
      };
    } catch (error) {
      if (error instanceof CliError) throw error;
      throw new CliError(
        `talking to ${host} failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
}

function secureOptions({ insecureSkipTlsVerify, caFile, certFile, keyFile }: TlsOptions): RequestOptions {
  return {
    rejectUnauthorized: insecureSkipTlsVerify !== true,
    ...(caFile !== undefined && { ca: contents(caFile) }),
    ...(certFile !== undefined && { cert: contents(certFile) }),
    ...(keyFile !== undefined && { key: contents(keyFile) }),
  };
}

function contents(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CliError(whyUnreadable(file, error));
  }
}

function send({ method, url, headers }: TransportRequest, secure: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const start = url.startsWith('https:') ? requestHttps : requestHttp;
    const request = start(url, {
      method,
      headers: { 'User-Agent': 'Helm/4.0 (lotse)', ...headers },
      agent: false,
      timeout: IDLE_TIMEOUT_MS,
      ...secure,
    });
    request.on('timeout', () => request.destroy(new Error('the server says nothing')));
    request.on('error', reject).on('response', resolve).end();
  });
}

async function read(response: IncomingMessage, maxBytes: number, host: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let received = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    received += part.length;
    if (received > maxBytes && (response.statusCode ?? 0) < 300)
      throw new CliError(`${host} sends more than ${Math.round(maxBytes / 1024)} KiB`);
    if (received <= maxBytes) parts.push(part);
  }
  return Buffer.concat(parts);
}
