import type { SignedObject } from './signed-object.js';
import type { PublicKeyFacts } from './read-keys.js';

/** What a signature turned out to be; `keyId` is of the primary key where that is known, else the one it names. */
export type SignatureFinding =
  | { readonly type: 'good'; readonly keyId: string; readonly owner: string }
  | { readonly type: 'unsigned' }
  | { readonly type: 'unknown-key'; readonly keyId: string }
  | { readonly type: 'ended-key'; readonly keyId: string; readonly trust: string }
  | { readonly type: 'bad'; readonly keyId: string; readonly reason: string }
  | { readonly type: 'unreadable'; readonly reason: string };

/** More than this is no signature of one person. */
const MAX_SIGNATURE_LENGTH = 64 * 1024;

/** Checks a signature with the keys of the server. Never throws: whatever it can't make sense of is not good. */
export async function checkSignature(
  signed: SignedObject | undefined,
  keys: readonly PublicKeyFacts[],
): Promise<SignatureFinding> {
  if (!signed) return { type: 'unsigned' };
  if (signed.signature.startsWith('-----BEGIN SSH SIGNATURE-----'))
    return { type: 'unreadable', reason: 'it is signed with an SSH key; only OpenPGP keys are supported' };
  if (!signed.signature.startsWith('-----BEGIN PGP SIGNATURE-----'))
    return { type: 'unreadable', reason: 'its signature is no OpenPGP signature' };
  if (signed.signature.length > MAX_SIGNATURE_LENGTH)
    return { type: 'unreadable', reason: 'its signature is too large' };
  try {
    return await verify(signed, keys);
  } catch (error) {
    return { type: 'unreadable', reason: `its signature can't be read (${messageOf(error)})` };
  }
}

async function verify(signed: SignedObject, keys: readonly PublicKeyFacts[]): Promise<SignatureFinding> {
  const openpgp = await import('openpgp');
  const signature = await openpgp.readSignature({ armoredSignature: signed.signature });
  const [id, ...others] = signature.getSigningKeyIDs();
  if (!id || others.length > 0)
    return { type: 'unreadable', reason: 'it has no signature or more than one; exactly one is expected' };
  for (const facts of keys) {
    const key = await openpgp.readKey({ armoredKey: facts.armored });
    if (key.getKeys(id).length === 0) continue;
    if (facts.trust !== 'ultimate') return { type: 'ended-key', keyId: facts.keyId, trust: facts.trust };
    const message = await openpgp.createMessage({ binary: new Uint8Array(signed.payload) });
    const result = await openpgp.verify({ message, signature, verificationKeys: key, format: 'binary' });
    try {
      await result.signatures[0]?.verified;
      return { type: 'good', keyId: facts.keyId, owner: facts.owner };
    } catch (error) {
      return { type: 'bad', keyId: facts.keyId, reason: messageOf(error) };
    }
  }
  return { type: 'unknown-key', keyId: id.toHex().toUpperCase() };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
