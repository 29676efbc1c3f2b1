import { Injectable } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { DataSource, type Repository } from 'typeorm';
import { GpgKeyRecord } from './gpg-key.entity.js';
import { type PublicKeyFacts, readPublicKeys } from './read-keys.js';

/** More keys than this are no list somebody keeps; every check of a signature looks through them. */
const MAX_STORED_KEYS = 500;

/** The public keys of the server, in the database. */
@Injectable()
export class GpgKeyService {
  readonly #keys: Repository<GpgKeyRecord>;

  constructor(source: DataSource) {
    this.#keys = source.getRepository(GpgKeyRecord);
  }

  /** Every key, read anew: whether one has expired is a question of the moment. */
  async list(): Promise<PublicKeyFacts[]> {
    const records = await this.#keys.find({ order: { keyId: 'ASC' } });
    return (await Promise.all(records.map(({ armored }) => readPublicKeys(armored)))).flat();
  }

  /** @throws CodedError `gpg_key_not_found`. */
  async get(keyId: string): Promise<PublicKeyFacts> {
    const record = await this.#keys.findOneBy({ keyId: shortKeyId(keyId) });
    const [key] = record ? await readPublicKeys(record.armored) : [];
    if (!key)
      throw new CodedError('gpg_key_not_found', `There is no key ${JSON.stringify(keyId.slice(0, 64))}.`);
    return key;
  }

  /** Adds keys; those that are there already are skipped, or replaced with `upsert`. @throws CodedError `gpg_key_invalid`, `gpg_keys_too_many`. */
  async add(keyData: string, upsert: boolean): Promise<{ created: PublicKeyFacts[]; skipped: string[] }> {
    const wanted = new Map((await readPublicKeys(keyData)).map((key) => [key.keyId, key]));
    const known = new Map(
      (await this.#keys.find({ select: { keyId: true, fingerprint: true } })).map((key) => [
        key.keyId,
        key.fingerprint,
      ]),
    );
    for (const { keyId, fingerprint } of wanted.values())
      if (known.has(keyId) && known.get(keyId) !== fingerprint)
        throw new CodedError(
          'gpg_key_conflict',
          `Another key has the id ${keyId} already (fingerprint ${known.get(keyId) ?? ''}). Remove it first if you mean this one (${fingerprint}).`,
        );
    const created = [...wanted.values()].filter(({ keyId }) => upsert || !known.has(keyId));
    if (known.size + created.filter(({ keyId }) => !known.has(keyId)).length > MAX_STORED_KEYS)
      throw new CodedError('gpg_keys_too_many', `More than ${MAX_STORED_KEYS} keys. Remove some first.`);
    if (created.length > 0)
      await this.#keys.upsert(
        created.map(({ keyId, fingerprint, owner, subType, armored }) => ({
          keyId,
          fingerprint,
          owner,
          subType,
          armored,
          createdAt: new Date(),
        })),
        ['keyId'],
      );
    return { created, skipped: upsert ? [] : [...wanted.keys()].filter((keyId) => known.has(keyId)) };
  }

  /** @throws CodedError `gpg_key_not_found`. */
  async remove(keyId: string): Promise<void> {
    await this.get(keyId);
    await this.#keys.delete({ keyId: shortKeyId(keyId) });
  }
}

/** Ids are given in any length people have them: the last 16 digits of what may be a whole fingerprint. */
export function shortKeyId(keyId: string): string {
  return keyId.replace(/^0x/i, '').toUpperCase().slice(-16);
}
