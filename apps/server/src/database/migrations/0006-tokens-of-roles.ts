import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Credentials may belong to roles of projects, which are no accounts; removing an account removes its own by name. */
export class TokensOfRoles1700000000006 implements MigrationInterface {
  readonly name = 'TokensOfRoles1700000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE credentials DROP CONSTRAINT credentials_user_name_fkey');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DELETE FROM credentials WHERE user_name LIKE 'proj:%'");
    await runner.query(
      'ALTER TABLE credentials ADD CONSTRAINT credentials_user_name_fkey FOREIGN KEY (user_name) REFERENCES users (name) ON DELETE CASCADE',
    );
  }
}
