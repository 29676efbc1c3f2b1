import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A registered repository, or (template) the credentials of every repository whose address starts so. */
@Entity('repositories')
export class RepositoryRecord {
  /** Without credentials, normalised. */
  @PrimaryColumn('text')
  url!: string;

  @Column('boolean')
  template!: boolean;

  /** `git` or `helm`; registries (`oci://`) are of the second kind. */
  @Column('text')
  type!: 'git' | 'helm';

  /** A registry without TLS. */
  @Column('boolean', { name: 'force_http' })
  forceHttp!: boolean;

  @Column('text')
  name!: string;

  @Column('text')
  project!: string;

  /** Skips checks of the server's identity (TLS certificate, SSH host key). */
  @Column('boolean')
  insecure!: boolean;

  @Column('text')
  username!: string;

  /** Password and key, encrypted as one JSON text. */
  @Column('bytea', { nullable: true })
  secrets!: Buffer | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
