import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, credentials, repositories, audit, history, and the engine's log. */
export class Foundation1700000000001 implements MigrationInterface {
  readonly name = 'Foundation1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('The first migration has nothing to go back to.');
  }
}

const STATEMENTS = [
  `CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL UNIQUE,
    password_hash text,
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz NOT NULL DEFAULT now()
  )`,
  // Sessions and API tokens: both are shown once and kept as a digest; they differ in how long they live.
  `CREATE TABLE credentials (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL CHECK (kind IN ('session', 'token', 'link')),
    user_name text NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    label text NOT NULL DEFAULT '',
    digest bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
  )`,
  'CREATE INDEX credentials_by_user ON credentials (user_name)',
  'CREATE INDEX credentials_by_expiry ON credentials (expires_at)',
  // A repository people registered, or (template) the credentials of all repositories below an address.
  `CREATE TABLE repositories (
    url text PRIMARY KEY,
    template boolean NOT NULL DEFAULT false,
    name text NOT NULL DEFAULT '',
    project text NOT NULL DEFAULT '',
    insecure boolean NOT NULL DEFAULT false,
    username text NOT NULL DEFAULT '',
    secrets bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  // What is known about a repository that is in use, registered or not.
  `CREATE TABLE repository_states (
    url text PRIMARY KEY,
    driver text NOT NULL DEFAULT '',
    driver_reason text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'Unknown',
    message text NOT NULL DEFAULT '',
    failures integer NOT NULL DEFAULT 0,
    polled_at timestamptz,
    fetched_at timestamptz
  )`,
  `CREATE TABLE audit_log (
    sequence bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    address text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    outcome text NOT NULL,
    request_id text NOT NULL,
    detail jsonb NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL
  )`,
  'CREATE INDEX audit_log_by_time ON audit_log (at)',
  // Rendered manifests by digest (sha256 of the uncompressed bytes), compressed.
  `CREATE TABLE rendered_manifests (
    digest text PRIMARY KEY,
    content bytea NOT NULL,
    size integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE history_entries (
    app_uid text NOT NULL,
    id bigint NOT NULL,
    app_namespace text NOT NULL,
    app_name text NOT NULL,
    project text NOT NULL,
    revision text NOT NULL,
    manifests_digest text NOT NULL REFERENCES rendered_manifests (digest),
    source jsonb NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    initiated_by jsonb NOT NULL DEFAULT '{}',
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    phase text NOT NULL,
    message text NOT NULL DEFAULT '',
    results jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (app_uid, id)
  )`,
  'CREATE INDEX history_entries_by_app ON history_entries (app_namespace, app_name, id)',
  'CREATE INDEX history_entries_by_digest ON history_entries (manifests_digest)',
  // The engine's store: every write in order (one row per group commit), and now and then everything at once.
  `CREATE TABLE engine_log (
    revision bigint PRIMARY KEY,
    data bytea NOT NULL
  )`,
  `CREATE TABLE engine_snapshots (
    revision bigint PRIMARY KEY,
    data bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  // Who is the one (active engine); `fence` grows with every new holder.
  `CREATE TABLE leases (
    name text PRIMARY KEY,
    holder text NOT NULL,
    fence bigint NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  `CREATE TABLE settings (
    name text PRIMARY KEY,
    value jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
];
