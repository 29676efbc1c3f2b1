import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { formatTime } from '../time.js';
import type { SigningRequest } from './signing-request.js';
import {
  bits,
  boolean,
  context,
  explicit,
  integer,
  octets,
  oid,
  readDer,
  sequence,
  set,
  time,
  utf8String,
} from './der.js';

const DAY_MS = 86_400_000;
/** Clients whose clock runs behind must accept a fresh certificate. */
const BACKDATED_MS = 5 * 60_000;
/** The authority outlives what it signs; ten years is what kubeadm gives it. */
const AUTHORITY_DAYS = 3650;
/** Leaf certificates; a year is what kubeadm gives them. */
const LEAF_DAYS = 365;

const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';

/** A certificate with its private key, both PEM. */
export interface CertifiedKey {
  readonly cert: string;
  readonly key: string;
}

/** A new EC P-256 private key as PEM (PKCS#8). */
export function generatePrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}

/** What a certificate authority is made of. */
export interface AuthorityOptions {
  /** PEM, EC P-256. */
  readonly key: string;
  readonly nowMs: number;
  readonly commonName?: string;
}

/** A self-signed certificate authority. The same key and time give the same certificate but for its signature. */
export function createAuthority({ key, nowMs, commonName = 'kubernetes' }: AuthorityOptions): CertifiedKey {
  const keyId = keyIdOf(key);
  const cert = certificate({
    subject: { commonName },
    issuer: { commonName },
    issuerKey: key,
    publicKey: key,
    nowMs,
    days: AUTHORITY_DAYS,
    extensions: [
      extension('2.5.29.15', true, bits(Buffer.from([0x86]), 1)), // digital signature, certificate and list signing
      extension('2.5.29.19', true, sequence(boolean(true))),
      extension('2.5.29.14', false, octets(keyId)),
      extension('2.5.29.17', false, sequence(context(2, Buffer.from(commonName)))),
    ],
  });
  return { cert, key };
}

/** What a leaf certificate is made of. */
export interface LeafOptions {
  readonly authority: CertifiedKey;
  /** PEM, EC P-256: the key of the holder. */
  readonly key: string;
  readonly nowMs: number;
  readonly days?: number;
}

/** A server certificate for these DNS names and IP addresses. */
export function createServerCertificate(
  options: LeafOptions & { readonly commonName: string; readonly names: readonly string[] },
): CertifiedKey {
  const names = options.names.map((name) => {
    const address = addressBytes(name);
    return address ? context(7, address) : context(2, Buffer.from(name));
  });
  return leaf(options, { commonName: options.commonName }, SERVER_AUTH, [
    extension('2.5.29.17', false, sequence(...names)),
  ]);
}

/** A client certificate: the common name is the user, the organisations are the groups. */
export function createClientCertificate(
  options: LeafOptions & { readonly user: string; readonly groups: readonly string[] },
): CertifiedKey {
  return leaf(options, { commonName: options.user, organizations: options.groups }, CLIENT_AUTH, []);
}

/** What a certificate for a signing request is made of. */
export interface RequestedCertificateOptions {
  readonly authority: CertifiedKey;
  readonly request: Pick<SigningRequest, 'subject' | 'publicKey'> & Partial<SigningRequest>;
  readonly nowMs: number;
  /** How long it is valid. */
  readonly seconds: number;
  readonly purpose: 'client' | 'server';
  /** What the key may be used for; by default to sign. */
  readonly usages?: readonly string[];
}

/** A certificate for a key that somebody else holds, as PEM. */
export function createRequestedCertificate({
  authority,
  request,
  nowMs,
  seconds,
  purpose,
  usages = ['digital signature'],
}: RequestedCertificateOptions): string {
  const names = request.subjectAltNames;
  return certificate({
    subject: request.subject,
    issuer: subjectOf(authority.cert),
    issuerKey: authority.key,
    publicKey: request.publicKey,
    nowMs,
    days: seconds / 86_400,
    extensions: [
      ...leafExtensions(purpose === 'client' ? CLIENT_AUTH : SERVER_AUTH, authority, usages),
      ...(names ? [extension('2.5.29.17', false, names)] : []),
    ],
  });
}

/** Every name and address the API server of a cluster goes by. */
export function apiServerNames(host: string, serviceAddress = '10.96.0.1'): string[] {
  const names = [
    'localhost',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    '127.0.0.1',
    '::1',
    serviceAddress,
    host,
  ];
  return [...new Set(names)].filter((name) => name !== '' && name !== '0.0.0.0' && name !== '::');
}

interface Name {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

interface CertificateParts {
  /** As parts, or as DER. */
  readonly subject: Name | Buffer;
  readonly issuer: Name | Buffer;
  readonly issuerKey: string;
  /** Private or public key in PEM whose public part is certified, or that part as DER. */
  readonly publicKey: string | Buffer;
  readonly nowMs: number;
  readonly days: number;
  readonly extensions: readonly Uint8Array[];
}

function leaf(
  { authority, key, nowMs, days = LEAF_DAYS }: LeafOptions,
  subject: Name,
  usage: string,
  extensions: readonly Uint8Array[],
): CertifiedKey {
  const cert = certificate({
    subject,
    issuer: subjectOf(authority.cert),
    issuerKey: authority.key,
    publicKey: key,
    nowMs,
    days,
    extensions: [...leafExtensions(usage, authority), ...extensions],
  });
  return { cert, key };
}

function leafExtensions(
  usage: string,
  authority: CertifiedKey,
  usages: readonly string[] = ['digital signature'],
): Buffer[] {
  const signs = usages.includes('digital signature') || usages.includes('signing');
  const enciphers = usages.includes('key encipherment');
  const keyUsage = bits(Buffer.from([(signs ? 0x80 : 0) | (enciphers ? 0x20 : 0)]), enciphers ? 5 : 7);
  return [
    ...(signs || enciphers ? [extension('2.5.29.15', true, keyUsage)] : []),
    extension('2.5.29.37', false, sequence(oid(usage))),
    extension('2.5.29.19', true, sequence()),
    extension('2.5.29.35', false, sequence(context(0, keyIdOf(authority.key)))),
  ];
}

/** An X.509 v3 certificate (RFC 5280, 4.1). */
function certificate(parts: CertificateParts): string {
  const algorithm = sequence(oid(ECDSA_SHA256));
  const notBefore = formatTime(parts.nowMs - BACKDATED_MS);
  const notAfter = formatTime(parts.nowMs + parts.days * DAY_MS);
  const publicKey = typeof parts.publicKey === 'string' ? publicKeyOf(parts.publicKey) : parts.publicKey;
  const serial = createHash('sha256')
    .update(publicKey)
    .update(notBefore)
    .update(JSON.stringify([parts.subject, parts.issuer]))
    .digest()
    .subarray(0, 16);
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    Buffer.isBuffer(parts.issuer) ? parts.issuer : nameOf(parts.issuer),
    sequence(time(notBefore), time(notAfter)),
    Buffer.isBuffer(parts.subject) ? parts.subject : nameOf(parts.subject),
    publicKey,
    explicit(3, sequence(...parts.extensions)),
  );
  const signature = sign('sha256', body, parts.issuerKey);
  return toPem(sequence(body, algorithm, bits(signature)));
}

/** Whom a certificate is for, as DER: whoever checks what it signs compares just these bytes. */
function subjectOf(pem: string): Buffer {
  const body = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem)?.[1] ?? '';
  const [whole] = readDer(Buffer.from(body, 'base64'));
  const [signed] = readDer(whole?.content);
  const parts = readDer(signed?.content);
  const subject = parts[5];
  if (!subject) throw new TypeError('the certificate of the authority is not readable');
  return subject.whole;
}

function nameOf({ commonName, organizations = [] }: Name): Buffer {
  const part = (type: string, text: string): Buffer => sequence(oid(type), utf8String(text));
  return sequence(
    ...(organizations.length > 0
      ? [set(...organizations.map((group) => part(ORGANIZATION, group)).sort((a, b) => Buffer.compare(a, b)))]
      : []),
    set(part(COMMON_NAME, commonName)),
  );
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return critical ? sequence(oid(id), boolean(true), octets(value)) : sequence(oid(id), octets(value));
}

function publicKeyOf(key: string): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

/** SHA-1 of the public key's bits: only a name, not a security property (RFC 5280, 4.2.1.2). */
function keyIdOf(key: string): Buffer {
  return createHash('sha1').update(publicKeyOf(key).subarray(-65)).digest();
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The bytes of an IP address; undefined for names. */
export function addressBytes(text: string): Buffer | undefined {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (v4) {
    const parts = v4.slice(1).map(Number);
    return parts.every((part) => part < 256) ? Buffer.from(parts) : undefined;
  }
  if (!text.includes(':')) return undefined;
  const [head = '', tail, ...others] = text.split('::');
  if (others.length > 0) return undefined;
  const words = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').map((word) => (/^[0-9a-f]{1,4}$/i.test(word) ? parseInt(word, 16) : NaN));
  const left = words(head);
  const right = tail === undefined ? [] : words(tail);
  const missing = 8 - left.length - right.length;
  if ((tail === undefined && missing !== 0) || missing < 0) return undefined;
  const all = [...left, ...Array<number>(missing).fill(0), ...right];
  if (all.some(Number.isNaN)) return undefined;
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}
