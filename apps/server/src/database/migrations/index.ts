import { ChartRepositories1700000000004 } from './0004-chart-repositories.js';
import { Foundation1700000000001 } from './0001-foundation.js';
import { GpgKeys1700000000003 } from './0003-gpg-keys.js';
import { HistoryInputs1700000000007 } from './0007-history-inputs.js';
import { HistoryRollbacks1700000000008 } from './0008-history-rollbacks.js';
import { RememberedRenders1700000000002 } from './0002-remembered-renders.js';
import { SnapshotParts1700000000005 } from './0005-snapshot-parts.js';
import { TokensOfRoles1700000000006 } from './0006-tokens-of-roles.js';

/** All migrations, in order. A new one is a file beside this one and a line here; a shipped one never changes. */
export const MIGRATIONS = [
  Foundation1700000000001,
  RememberedRenders1700000000002,
  GpgKeys1700000000003,
  ChartRepositories1700000000004,
  SnapshotParts1700000000005,
  TokensOfRoles1700000000006,
  HistoryInputs1700000000007,
  HistoryRollbacks1700000000008,
];
