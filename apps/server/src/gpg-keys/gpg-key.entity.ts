import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A public OpenPGP key that signatures of commits are checked with. */
@Entity('gpg_keys')
export class GpgKeyRecord {
  /** The last 16 hex digits of the fingerprint, upper case, as Git prints them. */
  @PrimaryColumn('text', { name: 'key_id' })
  keyId!: string;

  @Column('text')
  fingerprint!: string;

  @Column('text')
  owner!: string;

  /** Algorithm and size, such as `rsa4096` or `ed25519`. */
  @Column('text', { name: 'sub_type' })
  subType!: string;

  /** The public key, armoured. */
  @Column('text')
  armored!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
