import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A deployment can be a return to an earlier one: then it says to which. */
export class HistoryRollbacks1700000000008 implements MigrationInterface {
  readonly name = 'HistoryRollbacks1700000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE history_entries ADD COLUMN rollback_to bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE history_entries DROP COLUMN rollback_to');
  }
}
