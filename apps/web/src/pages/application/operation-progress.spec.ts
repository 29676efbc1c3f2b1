import { describe, expect, it } from 'vitest';
import type { OperationState, ResourceResult } from '../../api/types.js';
import { operationProgress, resultState } from './operation-progress.js';

const result = (name: string, patch: Partial<ResourceResult>): ResourceResult => ({
  kind: 'ConfigMap',
  name,
  ...patch,
});
const state = (phase: OperationState['phase'], resources: ResourceResult[]): OperationState => ({
  phase,
  syncResult: { resources },
});

describe('progress of an operation', () => {
  it('is counted per phase and wave, in the order they run', () => {
    const { waves, total, done, failed } = operationProgress(
      state('Running', [
        result('c', { syncPhase: 'Sync', wave: 2, hookPhase: 'Running' }),
        result('b', { syncPhase: 'Sync', wave: -1, status: 'Synced', hookPhase: 'Succeeded' }),
        result('hook', { syncPhase: 'PreSync', hookPhase: 'Failed' }),
        result('d', { syncPhase: 'Sync', wave: 2, status: 'Synced', hookPhase: 'Succeeded' }),
      ]),
    );
    expect(waves.map(({ phase, wave, results }) => `${phase} ${wave}: ${results.length}`)).toEqual([
      'PreSync 0: 1',
      'Sync -1: 1',
      'Sync 2: 2',
    ]);
    expect({ total, done, failed }).toEqual({ total: 4, done: 2, failed: 1 });
  });

  it('counts an applied object as running while its health is awaited', () => {
    expect(resultState(result('a', { status: 'Synced', hookPhase: 'Running' }))).toBe('running');
    expect(resultState(result('a', { status: 'Synced' }))).toBe('done');
    expect(resultState(result('a', { status: 'SyncFailed' }))).toBe('failed');
  });

  it('has no running parts when it is over', () => {
    expect(
      operationProgress(state('Succeeded', [result('a', { status: 'Synced', hookPhase: 'Running' })])).done,
    ).toBe(1);
  });

  it('is nothing when nothing ran', () => {
    expect(operationProgress(undefined)).toEqual({ total: 0, done: 0, failed: 0, waves: [] });
  });
});
