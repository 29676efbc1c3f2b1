import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Snapshots of the engine in parts; those without a number of parts are from before and whole. */
export class SnapshotParts1700000000005 implements MigrationInterface {
  readonly name = 'SnapshotParts1700000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE engine_snapshots ADD COLUMN parts integer');
    await runner.query(`CREATE TABLE engine_snapshot_parts (
      revision bigint NOT NULL,
      part integer NOT NULL,
      data bytea NOT NULL,
      PRIMARY KEY (revision, part)
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM engine_snapshots WHERE parts IS NOT NULL');
    await runner.query('DROP TABLE engine_snapshot_parts');
    await runner.query('ALTER TABLE engine_snapshots DROP COLUMN parts');
  }
}
