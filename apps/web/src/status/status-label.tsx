import type { OperationPhase } from '../api/types.js';
import { Glyph, type GlyphShape } from './glyph.js';
import type { HealthStatus } from './health.js';
import s from './status-label.module.css';
import { syncLabel, type SyncStatus } from './sync.js';
import { healthTone, phaseTone, syncTone, type Tone } from './tone.js';

const HEALTH_SHAPE: Record<HealthStatus, GlyphShape> = {
  Healthy: 'check',
  Progressing: 'ring',
  Degraded: 'alert',
  Missing: 'ghost',
  Suspended: 'pause',
  Unknown: 'question',
};

const SYNC_SHAPE: Record<SyncStatus, GlyphShape> = {
  Synced: 'tick',
  OutOfSync: 'behind',
  Unknown: 'question',
};

const PHASE_SHAPE: Record<OperationPhase, GlyphShape> = {
  Succeeded: 'check',
  Running: 'ring',
  Terminating: 'stop',
  Failed: 'alert',
  Error: 'alert',
};

export function HealthGlyph({ health, size }: { health: HealthStatus; size?: number | undefined }) {
  return <Glyph shape={HEALTH_SHAPE[health]} tone={healthTone(health)} size={size} />;
}

export function SyncGlyph({ sync, size }: { sync: SyncStatus; size?: number | undefined }) {
  return <Glyph shape={SYNC_SHAPE[sync]} tone={syncTone(sync)} size={size} />;
}

export function PhaseGlyph({ phase, size }: { phase: OperationPhase; size?: number | undefined }) {
  return <Glyph shape={PHASE_SHAPE[phase] ?? 'question'} tone={phaseTone(phase)} size={size} />;
}

interface LabelProps {
  /** Colours the word too; for heads and panels, not for dense tables. */
  toned?: boolean | undefined;
  size?: number | undefined;
}

function Label({
  tone,
  toned,
  glyph,
  word,
}: {
  tone: Tone;
  toned?: boolean | undefined;
  glyph: React.ReactNode;
  word: string;
}) {
  return (
    <span className={s.label} data-toned={toned ? tone : undefined}>
      {glyph}
      <span className={s.word}>{word}</span>
    </span>
  );
}

/** Shape, word and colour of a health. */
export function HealthLabel({ health, toned, size }: LabelProps & { health: HealthStatus }) {
  return (
    <Label
      tone={healthTone(health)}
      toned={toned}
      glyph={<HealthGlyph health={health} size={size} />}
      word={health}
    />
  );
}

/** Shape, word and colour of a sync status. */
export function SyncLabel({ sync, toned, size }: LabelProps & { sync: SyncStatus }) {
  return (
    <Label
      tone={syncTone(sync)}
      toned={toned}
      glyph={<SyncGlyph sync={sync} size={size} />}
      word={syncLabel(sync)}
    />
  );
}

/** Shape, word and colour of an operation's phase. */
export function PhaseLabel({ phase, toned, size }: LabelProps & { phase: OperationPhase }) {
  return (
    <Label
      tone={phaseTone(phase)}
      toned={toned}
      glyph={<PhaseGlyph phase={phase} size={size} />}
      word={phase}
    />
  );
}
