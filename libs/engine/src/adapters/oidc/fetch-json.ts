import { get } from 'node:https';
import { clearTimeout, setTimeout } from 'node:timers';

/** Bytes of an answer that are read; a set of keys has a few thousand. */
const LONGEST_ANSWER = 1024 * 1024;
const TIMEOUT_MS = 10_000;

/**
 * Reads a JSON document over HTTPS. Redirects are not followed: whoever can redirect could name other keys. `ca` is PEM; empty:
 * the authorities of the machine. Rejects with an Error that says what is wrong.
 */
export async function fetchJson(url: string, ca: string): Promise<unknown> {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
    throw new Error(`${JSON.stringify(url)} is no https URL`);
  return await new Promise((resolve, reject) => {
    const fail = (problem: string): void => reject(new Error(`GET ${url}: ${problem}`));
    const headers = { accept: 'application/json', 'user-agent': 'kube-apiserver' };
    const request = get(
      url,
      { headers, agent: false, timeout: TIMEOUT_MS, ...(ca !== '' && { ca }) },
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
        answer.on('end', () => {
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
          } catch {
            fail('the answer is no JSON');
          }
        });
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
