import { CodedError } from '@lotse/manifests';
import type { Key } from 'openpgp';

/** A public key as it was read. `trust` is what the key says about itself now. */
export interface PublicKeyFacts {
  readonly keyId: string;
  readonly fingerprint: string;
  readonly owner: string;
  readonly subType: string;
  readonly trust: KeyTrust;
  readonly armored: string;
}
/** GnuPG's words: what an administrator added is trusted, unless the key itself has ended. */
export type KeyTrust = 'ultimate' | 'expired' | 'revoked' | 'unknown';

/** Keys with many signatures of others are large; more than this is no set of keys somebody pastes. */
export const MAX_ARMOR_LENGTH = 512 * 1024;
/** More keys at once are a key server's dump. */
const MAX_KEYS = 50;
const ELLIPTIC: Readonly<Record<string, string>> = {
  ed25519Legacy: 'ed25519',
  curve25519Legacy: 'cv25519',
  nistP256: 'nistp256',
  nistP384: 'nistp384',
  nistP521: 'nistp521',
};
const BLOCK = /-----BEGIN PGP ([A-Z ]+)-----[\s\S]*?-----END PGP \1-----/g;

/**
 * Reads armoured public keys, one block after another. The library is loaded when it is needed first: most servers
 * never check a signature.
 * @throws CodedError `gpg_key_invalid` saying what is there instead. A private key is named, never repeated.
 */
export async function readPublicKeys(text: string): Promise<PublicKeyFacts[]> {
  const blocks = [...text.matchAll(BLOCK)];
  if (blocks.length === 0)
    throw invalid(
      'The text has no "-----BEGIN PGP PUBLIC KEY BLOCK-----". Paste what "gpg --armor --export KEY" prints.',
    );
  if (blocks.length > MAX_KEYS) throw invalid(`The text has more than ${MAX_KEYS} keys. Add fewer at once.`);
  const keys: PublicKeyFacts[] = [];
  for (const [block, kind] of blocks) {
    if (kind !== 'PUBLIC KEY BLOCK')
      throw invalid(
        kind === 'PRIVATE KEY BLOCK'
          ? 'The text has a PRIVATE key. It was not stored; send the public one ("gpg --armor --export KEY") and consider whether the private key is still one.'
          : `The text has a PGP ${kind ?? ''}, not a public key.`,
      );
    for (const key of await parse(block)) keys.push(await factsOf(key));
  }
  if (keys.length > MAX_KEYS) throw invalid(`The text has more than ${MAX_KEYS} keys. Add fewer at once.`);
  return keys;
}

async function parse(armoredKeys: string): Promise<Key[]> {
  const openpgp = await import('openpgp');
  try {
    return await openpgp.readKeys({ armoredKeys });
  } catch (error) {
    throw invalid(
      `The key can't be read: ${error instanceof Error ? error.message : String(error)}. Export it again with "gpg --armor --export KEY".`,
    );
  }
}

async function factsOf(key: Key): Promise<PublicKeyFacts> {
  if (key.isPrivate())
    throw invalid('The text has a PRIVATE key. It was not stored; send the public one instead.');
  const fingerprint = key.getFingerprint().toUpperCase();
  const primary = await key.getPrimaryUser().catch(() => undefined);
  return {
    keyId: key.getKeyID().toHex().toUpperCase(),
    fingerprint,
    owner: (primary?.user.userID?.userID ?? key.getUserIDs()[0] ?? '').slice(0, 500),
    subType: subTypeOf(key),
    trust: await trustOf(key),
    armored: key.armor(),
  };
}

function subTypeOf(key: Key): string {
  const { algorithm, bits, curve } = key.getAlgorithmInfo();
  if (curve !== undefined) return ELLIPTIC[curve] ?? String(curve).toLowerCase();
  const family = /^(rsa|dsa|elgamal)/.exec(algorithm)?.[1] ?? algorithm;
  return bits === undefined ? family : `${family}${bits}`;
}

async function trustOf(key: Key): Promise<KeyTrust> {
  if (await key.isRevoked()) return 'revoked';
  const end = await key.getExpirationTime();
  if (end === null) return 'unknown';
  return end instanceof Date && end.getTime() <= Date.now() ? 'expired' : 'ultimate';
}

function invalid(message: string): CodedError {
  return new CodedError('gpg_key_invalid', message);
}
