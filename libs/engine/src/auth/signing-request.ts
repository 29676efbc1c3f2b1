import { createPublicKey, verify } from 'node:crypto';

/** A read PKCS#10 certification request (RFC 2986). */
export interface SigningRequest {
  /** The subject as DER, to be certified as it is. */
  readonly subject: Buffer;
  /** The public key as DER (SubjectPublicKeyInfo). */
  readonly publicKey: Buffer;
  readonly commonName: string;
  readonly organizations: readonly string[];
}

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
    const [request] = readAll(Buffer.from(body, 'base64'));
    const [info, algorithm, signature] = readAll(request?.content);
    const [, subject, publicKey] = readAll(info?.content);
    const [algorithmId] = readAll(algorithm?.content);
    const id = algorithmId?.content.toString('hex') ?? '';
    if (!info || !subject || !publicKey || !signature || !HASHES.has(id)) return undefined;
    const key = createPublicKey({ key: publicKey.whole, format: 'der', type: 'spki' });
    if (!verify(HASHES.get(id), info.whole, key, signature.content.subarray(1))) return undefined;
    const attributes = readAll(subject.content).flatMap((set) =>
      readAll(set.content).map((pair) => readAll(pair.content)),
    );
    const valuesOf = (type: string): string[] =>
      attributes.flatMap(([name, value]) =>
        name?.content.toString('hex') === type && value ? [value.content.toString()] : [],
      );
    return {
      subject: subject.whole,
      publicKey: publicKey.whole,
      commonName: valuesOf(COMMON_NAME)[0] ?? '',
      organizations: valuesOf(ORGANIZATION),
    };
  } catch {
    return undefined;
  }
}

interface Element {
  readonly whole: Buffer;
  readonly content: Buffer;
}

/** The DER values that follow each other in some bytes. Throws RangeError when they are cut off. */
function readAll(bytes: Buffer | undefined): Element[] {
  const found: Element[] = [];
  for (let start = 0; bytes && start < bytes.length;) {
    let length = bytes.readUInt8(start + 1);
    let head = 2;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > 4) throw new RangeError('the length of a DER value is not readable');
      length = bytes.readUIntBE(start + 2, count);
      head += count;
    }
    const end = start + head + length;
    if (end > bytes.length) throw new RangeError('a DER value is cut off');
    found.push({ whole: bytes.subarray(start, end), content: bytes.subarray(start + head, end) });
    start = end;
  }
  return found;
}
