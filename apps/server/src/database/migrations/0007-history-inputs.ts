import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A deployment is made of more than one commit: remote bases, charts, files of the web. */
export class HistoryInputs1700000000007 implements MigrationInterface {
  readonly name = 'HistoryInputs1700000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE history_entries ADD COLUMN inputs jsonb NOT NULL DEFAULT '[]'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE history_entries DROP COLUMN inputs');
  }
}
