import { Agent, request } from 'node:https';
import { gunzipSync } from 'node:zlib';

/** How long one answer may take. */
const ANSWER_WITHIN_MS = 60_000;

/** Asks one server: (method, path, body, headers) => {status, headers, text, body}. Bodies that are no text or bytes are sent as JSON. */
export function requester({ url, token }) {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const { hostname, port } = new URL(url);
  return (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
      const payload = isRaw ? body : JSON.stringify(body);
      const all = {
        accept: 'application/json',
        'user-agent': 'compare/1.0',
        ...(token && { authorization: `Bearer ${token}` }),
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      };
      for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
      if (payload !== undefined) all['content-length'] = Buffer.byteLength(payload);
      const asked = request({ agent, hostname, port, method, path, headers: all }, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const bytes = Buffer.concat(parts);
          const plain = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
          const text = plain.toString();
          resolve({ status: answer.statusCode, headers: answer.headers, text, body: parsed(text) });
        });
      });
      asked.on('error', reject);
      asked.setTimeout(ANSWER_WITHIN_MS, () => asked.destroy(new Error('no answer')));
      asked.end(payload);
    });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
