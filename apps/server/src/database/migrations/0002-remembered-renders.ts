import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last render of each source with everything it looked at. */
export class RememberedRenders1700000000002 implements MigrationInterface {
  readonly name = 'RememberedRenders1700000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE remembered_renders (
      key text PRIMARY KEY,
      digest text NOT NULL REFERENCES rendered_manifests (digest) ON DELETE CASCADE,
      source_type text NOT NULL,
      warnings jsonb NOT NULL,
      inputs jsonb NOT NULL,
      api_versions text NOT NULL,
      rendered_at timestamptz NOT NULL DEFAULT now()
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE remembered_renders');
  }
}
