import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n(.*?)-----END \1-----/gs;

/**
 * Why certificates of authorities (base64 of PEM) can't be used, in the words of client-go's transport; undefined when there is one
 * that can be, or nothing at all.
 */
export function caBundleProblem(bundle: string | undefined): string | undefined {
  const text = Buffer.from(bundle ?? '', 'base64').toString('utf8');
  if (text === '') return undefined;
  const failed = (why: string): string => `unable to load root certificates: ${why}`;
  let problem: string | undefined;
  let found = 0;
  for (const [whole, label, inside = ''] of text.matchAll(BLOCK)) {
    found++;
    // One with headers, such as an encrypted one, is passed over.
    if (label !== 'CERTIFICATE' || inside.includes(':')) continue;
    try {
      if (new X509Certificate(whole).subject !== undefined) return undefined;
    } catch {
      problem ??= failed('failed to parse certificate: x509: malformed certificate');
    }
  }
  return (
    problem ??
    failed(found === 0 ? 'unable to parse bytes as PEM block' : 'no valid certificate authority data seen')
  );
}
