import { describe, expect, it } from 'vitest';
import type { Application } from '../api/types.js';
import { healthChanges } from './health-changes.js';

const app = (name: string, status: string) =>
  ({ metadata: { name }, status: { health: { status } } }) as Application;
const changed = (name: string, status: string) => ({ type: 'MODIFIED' as const, object: app(name, status) });

describe('spoken changes of health', () => {
  const before = ['a', 'b', 'c', 'd', 'e'].map((name) => app(name, 'Progressing'));

  it('name a few and count many', () => {
    expect(
      healthChanges(before, [changed('a', 'Healthy'), changed('b', 'Degraded'), changed('c', 'Healthy')]),
    ).toEqual(['a, c became Healthy', 'b became Degraded']);
    expect(
      healthChanges(
        before,
        ['a', 'b', 'c', 'd'].map((name) => changed(name, 'Healthy')),
      ),
    ).toEqual(['4 applications became Healthy']);
  });

  it('say only where it ended', () => {
    expect(healthChanges(before, [changed('a', 'Degraded'), changed('a', 'Healthy')])).toEqual([
      'a became Healthy',
    ]);
  });

  it('are silent about what stayed, came or went', () => {
    expect(
      healthChanges(before, [
        changed('a', 'Progressing'),
        changed('new', 'Healthy'),
        { type: 'DELETED', object: app('b', 'Degraded') },
      ]),
    ).toEqual([]);
  });
});
