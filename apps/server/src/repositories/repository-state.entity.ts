import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is known about a repository in use. */
@Entity('repository_states')
export class RepositoryStateRecord {
  @PrimaryColumn('text')
  url!: string;

  /** `isomorphic`, `native` or `local`; empty before the first contact. */
  @Column('text')
  driver!: string;

  /** Why that driver. */
  @Column('text', { name: 'driver_reason' })
  driverReason!: string;

  /** `Successful`, `Failed` or `Unknown`. */
  @Column('text')
  state!: string;

  @Column('text')
  message!: string;

  /** Failed attempts in a row. */
  @Column('integer')
  failures!: number;

  @Column('timestamptz', { name: 'polled_at', nullable: true })
  polledAt!: Date | null;

  @Column('timestamptz', { name: 'fetched_at', nullable: true })
  fetchedAt!: Date | null;
}
