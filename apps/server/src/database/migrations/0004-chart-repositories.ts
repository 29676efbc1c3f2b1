import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Repositories of charts beside those of Git. */
export class ChartRepositories1700000000004 implements MigrationInterface {
  readonly name = 'ChartRepositories1700000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE repositories
      ADD COLUMN type text NOT NULL DEFAULT 'git',
      ADD COLUMN force_http boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE repositories DROP COLUMN type, DROP COLUMN force_http');
  }
}
