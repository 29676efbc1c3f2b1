import { createPublicKey, verify } from 'node:crypto';
import { readDer } from './der.js';

/** A read PKCS#10 certification request (RFC 2986). */
export interface SigningRequest {
  /** The subject as DER, to be certified as it is. */
  readonly subject: Buffer;
  /** The public key as DER (SubjectPublicKeyInfo). */
  readonly publicKey: Buffer;
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** What else it is to be called, as DER (GeneralNames); undefined when it asks for nothing. */
  readonly subjectAltNames: Buffer | undefined;
  /** The same, by kind. */
  readonly names: readonly { readonly kind: NameKind; readonly value: Buffer }[];
}

/** The kinds of a subject's other names that are told apart. */
export type NameKind = 'email' | 'dns' | 'uri' | 'ip' | 'other';

const EXTENSION_REQUEST = '2a864886f70d01090e';
const SUBJECT_ALT_NAME = '551d11';
/** Tags of GeneralName (RFC 5280, 4.2.1.6). */
const NAME_KINDS: Readonly<Record<number, NameKind>> = {
  0x81: 'email',
  0x82: 'dns',
  0x86: 'uri',
  0x87: 'ip',
};

const COMMON_NAME = '550403';
const ORGANIZATION = '55040a';
/** Hash of each signature algorithm; undefined for Ed25519, which brings its own. */
const HASHES = new Map<string, string | undefined>([
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
  ['2b6570', undefined],
]);

/** Reads a request in PEM and checks that its holder has the key. Undefined when it is broken or not signed by that key. */
export function readSigningRequest(pem: string): SigningRequest | undefined {
  const body = /-----BEGIN CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE REQUEST-----/.exec(
    pem,
  )?.[1];
  if (body === undefined) return undefined;
  try {
    const [request] = readDer(Buffer.from(body, 'base64'));
    const [info, algorithm, signature] = readDer(request?.content);
    const [, subject, publicKey, requested] = readDer(info?.content);
    const [algorithmId] = readDer(algorithm?.content);
    const id = algorithmId?.content.toString('hex') ?? '';
    if (!info || !subject || !publicKey || !signature || !HASHES.has(id)) return undefined;
    const key = createPublicKey({ key: publicKey.whole, format: 'der', type: 'spki' });
    if (!verify(HASHES.get(id), info.whole, key, signature.content.subarray(1))) return undefined;
    const attributes = readDer(subject.content).flatMap((set) =>
      readDer(set.content).map((pair) => readDer(pair.content)),
    );
    const valuesOf = (type: string): string[] =>
      attributes.flatMap(([name, value]) =>
        name?.content.toString('hex') === type && value ? [value.content.toString()] : [],
      );
    const subjectAltNames = subjectAltNamesOf(requested?.content);
    const names = readDer(subjectAltNames && readDer(subjectAltNames)[0]?.content);
    return {
      subjectAltNames,
      names: names.map(({ whole, content }) => ({
        kind: NAME_KINDS[whole[0] ?? 0] ?? 'other',
        value: content,
      })),
      subject: subject.whole,
      publicKey: publicKey.whole,
      commonName: valuesOf(COMMON_NAME)[0] ?? '',
      organizations: valuesOf(ORGANIZATION),
    };
  } catch {
    return undefined;
  }
}

/** The value of the extension a request asks for among its attributes. */
function subjectAltNamesOf(attributes: Buffer | undefined): Buffer | undefined {
  for (const attribute of readDer(attributes)) {
    const [id, values] = readDer(attribute.content);
    if (id?.content.toString('hex') !== EXTENSION_REQUEST) continue;
    const [extensions] = readDer(values?.content);
    for (const extension of readDer(extensions?.content)) {
      const parts = readDer(extension.content);
      if (parts[0]?.content.toString('hex') === SUBJECT_ALT_NAME) return parts.at(-1)?.content;
    }
  }
  return undefined;
}
