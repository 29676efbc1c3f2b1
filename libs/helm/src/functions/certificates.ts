import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto';
import { goPrint } from '../template/printing.js';
import { GoObject, GoStruct, type GoInt, type GoValue } from '../template/values.js';
import { bytesOf } from './chance.js';
import * as der from './der.js';
import { decodeBase64 } from './encoding.js';
import { parseIpv4, parseIpv6 } from './ip-address.js';
import type { RsaKeySource } from './rsa-keys.js';
import { define, type FunctionTable } from './signature.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const RSA_BITS = 2048;
const LARGE_RSA_BITS = 4096;
const CERTIFICATE = 'sprig.certificate';

const SIGNATURE_ALGORITHMS: Record<string, Buffer> = {
  rsa: der.sequence(der.identifier('1.2.840.113549.1.1.11'), der.nothing()),
  ec: der.sequence(der.identifier('1.2.840.10045.4.3.2')),
  ed25519: der.sequence(der.identifier('1.3.101.112')),
};

function certificateObject(cert: string, key: string): GoStruct {
  return new GoStruct(
    CERTIFICATE,
    new Map([
      ['Cert', cert],
      ['Key', key],
    ]),
  );
}

function textField(certificate: GoValue, name: string): string {
  const value = certificate instanceof GoObject ? certificate.fields.get(name) : undefined;
  return typeof value === 'string' ? value : '';
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** A key as the functions print it: in the traditional form of its type. */
function keyPem(key: KeyObject): string {
  if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString();
  if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString();
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function parseKey(text: string): KeyObject {
  if (!text.includes('-----BEGIN')) throw new Error('no PEM data in input');
  return createPrivateKey(text);
}

function privateKey(type: string, rsaKey: RsaKeySource): string {
  switch (type) {
    case '':
    case 'rsa':
      return keyPem(rsaKey(LARGE_RSA_BITS));
    case 'dsa':
      return dsaKey();
    case 'ecdsa':
      return keyPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    case 'ed25519':
      return keyPem(generateKeyPairSync('ed25519').privateKey);
    default:
      return `Unknown type ${type}`;
  }
}

/** OpenSSL's traditional form of a DSA key: version, p, q, g, y, x. */
function dsaKey(): string {
  const { privateKey: key, publicKey } = generateKeyPairSync('dsa', {
    modulusLength: 2048,
    divisorLength: 256,
  });
  const secret = readIntegers(key.export({ type: 'pkcs8', format: 'der' }));
  const shared = readIntegers(publicKey.export({ type: 'spki', format: 'der' }));
  const [p, q, g, y] = shared.slice(-4);
  const parts = [Buffer.from([0]), p, q, g, y, secret.at(-1)];
  return pem('DSA PRIVATE KEY', der.sequence(...parts.map((part) => der.integer(part ?? Buffer.from([0])))));
}

/** All integers of a DER structure in order, looking into sequences, octet and bit strings. */
function readIntegers(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const tag = bytes[at] ?? 0;
    let size = bytes[at + 1] ?? 0;
    let start = at + 2;
    if (size & 0x80) {
      const count = size & 0x7f;
      size = Buffer.from(bytes.subarray(start, start + count)).readUIntBE(0, count);
      start += count;
    }
    const body = bytes.subarray(start, start + size);
    if (tag === 0x02) found.push(body);
    else if (tag === 0x30 || tag === 0x04) found.push(...readIntegers(body));
    else if (tag === 0x03) found.push(...readIntegers(body.subarray(1)));
    at = start + size;
  }
  return found;
}

function texts(values: readonly GoValue[] | null, complaint: (value: GoValue) => string): string[] {
  return (values ?? []).map((value) => {
    if (typeof value === 'string') return value;
    throw new Error(complaint(value));
  });
}

function addressBytes(address: string): Uint8Array {
  const bytes = parseIpv4(address) ?? parseIpv6(address);
  if (!bytes) throw new Error(`error parsing ip: ${address}`);
  return bytes;
}

interface Subject {
  readonly commonName: string;
  readonly addresses: readonly string[];
  readonly names: readonly string[];
  readonly days: number;
  readonly isAuthority: boolean;
}

interface Issuer {
  /** DER of the name. */
  readonly name: Buffer;
  readonly key: KeyObject;
  /** Key identifier to refer to. */
  readonly keyId: Buffer | undefined;
}

function nameOf(commonName: string): Buffer {
  if (commonName === '') return der.sequence();
  return der.sequence(der.setOf(der.sequence(der.identifier('2.5.4.3'), der.directoryString(commonName))));
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  const flag = critical ? [der.boolean(true)] : [];
  return der.sequence(der.identifier(id), ...flag, der.octetString(value));
}

/** SHA-256 of the public key, cut to 160 bits, as Go identifies keys of authorities. */
function keyIdentifier(key: KeyObject): Buffer {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('sha256')
    .update(spki.subarray(spkiKeyOffset(spki)))
    .digest()
    .subarray(0, 20);
}

/** Where the key's own bits begin in a SubjectPublicKeyInfo. */
function spkiKeyOffset(spki: Buffer): number {
  const step = (at: number): { start: number; end: number } => {
    const size = spki[at + 1] ?? 0;
    const count = size & 0x80 ? size & 0x7f : 0;
    const start = at + 2 + count;
    return { start, end: start + (count ? spki.readUIntBE(at + 2, count) : size) };
  };
  const algorithm = step(step(0).start);
  return step(algorithm.end).start + 1;
}

function extensions(subject: Subject, key: KeyObject, issuer: Issuer): Buffer {
  const list = [
    // digitalSignature and keyEncipherment; authorities also keyCertSign.
    extension(
      '2.5.29.15',
      true,
      subject.isAuthority ? der.bitString(Buffer.from([0xa4]), 2) : der.bitString(Buffer.from([0xa0]), 5),
    ),
    extension(
      '2.5.29.37',
      false,
      der.sequence(der.identifier('1.3.6.1.5.5.7.3.1'), der.identifier('1.3.6.1.5.5.7.3.2')),
    ),
    extension('2.5.29.19', true, subject.isAuthority ? der.sequence(der.boolean(true)) : der.sequence()),
  ];
  if (subject.isAuthority) list.push(extension('2.5.29.14', false, der.octetString(keyIdentifier(key))));
  if (issuer.keyId && issuer.key !== key) {
    list.push(extension('2.5.29.35', false, der.sequence(der.context(0, issuer.keyId, false))));
  }
  const alternatives = [
    ...subject.names.map((name) => der.context(2, Buffer.from(name), false)),
    ...subject.addresses.map((address) => der.context(7, addressBytes(address), false)),
  ];
  if (alternatives.length > 0) {
    list.push(extension('2.5.29.17', subject.commonName === '', der.sequence(...alternatives)));
  }
  return der.context(3, der.sequence(...list));
}

function issue(subject: Subject, key: KeyObject, issuer: Issuer, serial: Uint8Array, now: number): GoStruct {
  const kind = issuer.key.asymmetricKeyType ?? '';
  const algorithm = SIGNATURE_ALGORITHMS[kind];
  if (!algorithm) throw new Error('error creating certificate: x509: unsupported key type');
  const toBeSigned = der.sequence(
    der.context(0, der.integer(Buffer.from([2]))),
    der.integer(serial),
    algorithm,
    issuer.name,
    der.sequence(der.time(now), der.time(now + subject.days * DAY_MS)),
    nameOf(subject.commonName),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    extensions(subject, key, issuer),
  );
  const signature = sign(kind === 'ed25519' ? null : 'sha256', toBeSigned, issuer.key);
  const certificate = der.sequence(toBeSigned, algorithm, der.bitString(signature));
  return certificateObject(pem('CERTIFICATE', certificate), keyPem(key));
}

/** DER of the subject's name in a certificate: the fifth part of its body after version, serial, algorithm, issuer, validity. */
function subjectName(certificate: Buffer): Buffer {
  const step = (at: number): { start: number; end: number } => {
    const size = certificate[at + 1] ?? 0;
    const count = size & 0x80 ? size & 0x7f : 0;
    const start = at + 2 + count;
    return { start, end: start + (count ? certificate.readUIntBE(at + 2, count) : size) };
  };
  let at = step(step(0).start).start;
  const skipped = certificate[at] === 0xa0 ? 5 : 4;
  for (let index = 0; index < skipped; index++) at = step(at).end;
  return certificate.subarray(at, step(at).end);
}

function issuerOf(authority: GoValue): Issuer {
  const text = textField(authority, 'Cert');
  if (!text.includes('-----BEGIN')) throw new Error('unable to decode certificate');
  const certificate = new X509Certificate(text);
  let key: KeyObject;
  try {
    key = parseKey(textField(authority, 'Key'));
  } catch (error) {
    throw new Error(`error parsing private key: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return { name: subjectName(certificate.raw), key, keyId: certificate.ca ? keyIdentifier(key) : undefined };
}

function customCertificate(cert64: string, key64: string): GoStruct {
  const decode = (text: string, what: string): string => {
    try {
      return Buffer.from(decodeBase64(text)).toString();
    } catch {
      throw new Error(`unable to decode base64 ${what}`);
    }
  };
  const cert = decode(cert64, 'certificate');
  const key = decode(key64, 'private key');
  if (!cert.includes('-----BEGIN')) throw new Error('unable to decode certificate');
  try {
    new X509Certificate(cert).subject.at(0);
  } catch (error) {
    throw new Error(
      `error parsing certificate: decodedCert.Bytes: ${error instanceof Error ? error.message : ''}`,
      { cause: error },
    );
  }
  parseKey(key);
  return certificateObject(cert, key);
}

/** Sprig's keys and certificates. RSA keys come from `rsaKey`, serial numbers from `random`, dates from `now`. */
export function certificateFunctions(
  random: () => number,
  now: () => number,
  rsaKey: RsaKeySource,
): FunctionTable {
  const newKey = (): KeyObject => rsaKey(RSA_BITS);
  const serial = (): Uint8Array => bytesOf(random, 16);
  const authority = (commonName: string, days: GoInt, key: KeyObject): GoStruct => {
    const subject = { commonName, addresses: [], names: [], days: Number(days.value), isAuthority: true };
    return issue(subject, key, { name: nameOf(commonName), key, keyId: undefined }, serial(), now());
  };
  const subjectOf = (
    commonName: string,
    ips: GoValue[] | null,
    names: GoValue[] | null,
    days: GoInt,
  ): Subject => ({
    commonName,
    addresses: texts(ips, (value) => `error parsing ip: ${goPrint(value)} is not a string`),
    names: texts(names, (value) => `error processing alternate dns name: ${goPrint(value)} is not a string`),
    days: Number(days.value),
    isAuthority: false,
  });
  const selfSigned = (subject: Subject, key: KeyObject): GoStruct =>
    issue(subject, key, { name: nameOf(subject.commonName), key, keyId: undefined }, serial(), now());
  const signed = (subject: Subject, ca: GoValue, key: () => KeyObject): GoStruct => {
    const issuer = issuerOf(ca);
    return issue(subject, key(), issuer, serial(), now());
  };
  const given = (text: string): KeyObject => {
    try {
      return parseKey(text);
    } catch (error) {
      throw new Error(`parsing private key: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };
  return {
    genPrivateKey: define('string', (type) => privateKey(type, rsaKey)),
    buildCustomCert: define('string string', customCertificate),
    genCA: define('string int', (name, days) => authority(name, days, newKey())),
    genCAWithKey: define('string int string', (name, days, key) => authority(name, days, given(key))),
    genSelfSignedCert: define('string list list int', (name, ips, names, days) =>
      selfSigned(subjectOf(name, ips, names, days), newKey()),
    ),
    genSelfSignedCertWithKey: define('string list list int string', (name, ips, names, days, key) =>
      selfSigned(subjectOf(name, ips, names, days), given(key)),
    ),
    genSignedCert: define(`string list list int ${CERTIFICATE}`, (name, ips, names, days, ca) =>
      signed(subjectOf(name, ips, names, days), ca, newKey),
    ),
    genSignedCertWithKey: define(
      `string list list int ${CERTIFICATE} string`,
      (name, ips, names, days, ca, key) => signed(subjectOf(name, ips, names, days), ca, () => given(key)),
    ),
  };
}
