import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { Secret } from '../../types/index.js';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\s]*?)-----END \1-----/g;
/** Certificates are a few kilobytes; what is far longer is not looked at. */
const LONGEST_PEM = 1024 * 1024;

interface Block {
  readonly type: string;
  readonly pem: string;
}

/** What is told about a TLS secret whose key is not its certificate's: what Go's tls.X509KeyPair says. */
export function keyPairWarnings({ type, data = {} }: Secret): string[] {
  if (type !== 'kubernetes.io/tls') return [];
  const problem = pairProblem(blocksOf(data['tls.crt']), blocksOf(data['tls.key']));
  return problem === undefined ? [] : [problem];
}

function blocksOf(encoded: string | undefined): Block[] {
  if (!encoded || encoded.length > LONGEST_PEM) return [];
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  return Array.from(text.matchAll(BLOCK), ([pem, type = '']) => ({ type, pem }));
}

const isKey = ({ type }: Block): boolean => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');
const listed = (blocks: readonly Block[]): string => `[${blocks.map(({ type }) => type).join(' ')}]`;

function pairProblem(certificates: readonly Block[], keys: readonly Block[]): string | undefined {
  const certificate = certificates.find(({ type }) => type === 'CERTIFICATE');
  if (!certificate) {
    const [first] = certificates;
    if (!first) return 'tls: failed to find any PEM data in certificate input';
    return certificates.length === 1 && first.type.endsWith('PRIVATE KEY')
      ? 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
      : `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${listed(certificates)}`;
  }
  const key = keys.find(isKey);
  if (!key) {
    if (keys.length === 0) return 'tls: failed to find any PEM data in key input';
    return keys.length === 1 && keys[0]?.type === 'CERTIFICATE'
      ? 'tls: found a certificate rather than a key in the PEM for the private key'
      : `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${listed(keys)}`;
  }
  const holder = read(() => new X509Certificate(certificate.pem).publicKey);
  if (!holder) return 'x509: malformed certificate';
  const secret = read(() => createPrivateKey(key.pem));
  if (!secret) return 'tls: failed to parse private key';
  if (holder.asymmetricKeyType !== secret.asymmetricKeyType)
    return 'tls: private key type does not match public key type';
  return createPublicKey(secret).equals(holder) ? undefined : 'tls: private key does not match public key';
}

function read(parse: () => KeyObject): KeyObject | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
