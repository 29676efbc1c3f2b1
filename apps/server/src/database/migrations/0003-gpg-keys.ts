import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Public keys that signatures of commits are checked with. */
export class GpgKeys1700000000003 implements MigrationInterface {
  readonly name = 'GpgKeys1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE gpg_keys (
      key_id text PRIMARY KEY,
      fingerprint text NOT NULL UNIQUE,
      owner text NOT NULL,
      sub_type text NOT NULL,
      armored text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE gpg_keys');
  }
}
