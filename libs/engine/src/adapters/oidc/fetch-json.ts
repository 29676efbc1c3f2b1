import { get } from 'node:https';
import { isIP } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { allowedLookup, isRefused } from '../allowed-addresses.js';

/** Bytes of an answer that are read; a set of keys has a few thousand. */
const LONGEST_ANSWER = 1024 * 1024;
const TIMEOUT_MS = 10_000;

/** Reads a JSON document, in the way of `fetchText`. */
export async function fetchJson(url: string, ca: string): Promise<unknown> {
  const text = await fetchText(url, ca);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(`GET ${url}: the answer is no JSON`);
  }
}

/**
 * Reads a document over HTTPS. Redirects are not followed: whoever can redirect could name other keys. `ca` is PEM; empty: the
 * authorities of the machine. Rejects with an Error that says what is wrong and repeats none of `extraHeaders`.
 */
export async function fetchText(
  url: string,
  ca: string,
  extraHeaders: Readonly<Record<string, string>> = {},
): Promise<string> {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
    throw new Error(`${JSON.stringify(url)} is no https URL`);
  const host = new URL(url).hostname.replaceAll(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && isRefused(host))
    throw new Error(`GET ${url}: the address ${host} may not be called`);
  return await new Promise((resolve, reject) => {
    const fail = (problem: string): void => reject(new Error(`GET ${url}: ${problem}`));
    const headers = { accept: 'application/json, */*', 'user-agent': 'kube-apiserver', ...extraHeaders };
    const request = get(
      url,
      { headers, agent: false, timeout: TIMEOUT_MS, lookup: allowedLookup, ...(ca !== '' && { ca }) },
      (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        if (answer.statusCode !== 200) {
          request.destroy();
          return fail(`the answer is ${answer.statusCode}`);
        }
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size <= LONGEST_ANSWER) return;
          fail(`the answer is larger than ${LONGEST_ANSWER} bytes`);
          request.destroy();
        });
        answer.on('error', (error) => fail(error.message));
        answer.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      },
    );
    const timer = setTimeout(() => {
      fail(`no answer within ${TIMEOUT_MS} ms`);
      request.destroy();
    }, TIMEOUT_MS);
    request.on('close', () => clearTimeout(timer));
    request.on('error', (error) => fail(error.message));
  });
}
