import type { OperationPhase } from '../api/types.js';
import type { HealthStatus } from './health.js';
import type { SyncStatus } from './sync.js';

/** The colour family of a status; every family has ink, solid and tint tokens. */
export type Tone = 'good' | 'busy' | 'bad' | 'warn' | 'rest' | 'mute';

const HEALTH: Record<HealthStatus, Tone> = {
  Healthy: 'good',
  Progressing: 'busy',
  Degraded: 'bad',
  Missing: 'warn',
  Suspended: 'rest',
  Unknown: 'mute',
};

const SYNC: Record<SyncStatus, Tone> = { Synced: 'good', OutOfSync: 'warn', Unknown: 'mute' };

const PHASE: Record<OperationPhase, Tone> = {
  Succeeded: 'good',
  Running: 'busy',
  Terminating: 'warn',
  Failed: 'bad',
  Error: 'bad',
};

export const healthTone = (health: HealthStatus): Tone => HEALTH[health];
export const syncTone = (sync: SyncStatus): Tone => SYNC[sync];
export const phaseTone = (phase: OperationPhase): Tone => PHASE[phase] ?? 'mute';
