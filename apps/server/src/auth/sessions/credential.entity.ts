import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** How a credential was made: signing in, on purpose for a program, or the one-time link of a start. */
export type CredentialKind = 'session' | 'token' | 'link';

/** Something that was handed out once and is known here only by its digest. */
@Entity('credentials')
export class CredentialRecord {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column('text')
  kind!: CredentialKind;

  @Column('text', { name: 'user_name' })
  userName!: string;

  @Column('text')
  label!: string;

  @Column('bytea')
  digest!: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_used_at' })
  lastUsedAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
