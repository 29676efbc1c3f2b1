import { describe, expect, it } from 'vitest';
import { applyDeltas, isStale, latestVersion } from './deltas.js';

const object = (name: string, resourceVersion: string, uid = `uid-${name}`) => ({
  metadata: { name, resourceVersion, uid },
});
const names = (items: readonly { metadata: { name: string; resourceVersion: string } }[]) =>
  items.map((item) => `${item.metadata.name}@${item.metadata.resourceVersion}`);

describe('applying watch deltas to a list', () => {
  const list = [object('a', '1'), object('b', '2')];

  it('replaces in place, appends what is new and drops what is deleted', () => {
    const next = applyDeltas(list, [
      { type: 'MODIFIED', object: object('b', '5') },
      { type: 'ADDED', object: object('c', '4') },
      { type: 'DELETED', object: object('a', '6') },
    ]);
    expect(names(next)).toEqual(['b@5', 'c@4']);
  });

  it('returns the same array when nothing changed', () => {
    expect(applyDeltas(list, [])).toBe(list);
    expect(applyDeltas(list, [{ type: 'MODIFIED', object: object('a', '1') }])).toBe(list);
    expect(applyDeltas(list, [{ type: 'DELETED', object: object('zz', '9') }])).toBe(list);
  });

  it('keeps the newest of several changes in one batch and ignores stale ones', () => {
    expect(
      names(
        applyDeltas(list, [
          { type: 'MODIFIED', object: object('a', '8') },
          { type: 'MODIFIED', object: object('a', '7') },
        ]),
      ),
    ).toEqual(['a@8', 'b@2']);
    expect(
      applyDeltas([object('a', '9')], [{ type: 'MODIFIED', object: object('a', '3') }])[0]?.metadata
        .resourceVersion,
    ).toBe('9');
  });

  it('takes an object that was deleted and made again', () => {
    const next = applyDeltas(list, [
      { type: 'DELETED', object: object('a', '5') },
      { type: 'ADDED', object: object('a', '6', 'uid-new') },
    ]);
    expect(next.find((item) => item.metadata.name === 'a')?.metadata.uid).toBe('uid-new');
  });

  it('knows the newest version it has seen', () => {
    const deltas = [
      { type: 'MODIFIED' as const, object: object('a', '12') },
      { type: 'DELETED' as const, object: object('b', '9') },
    ];
    expect(latestVersion('10', deltas)).toBe('12');
    expect(latestVersion('40', deltas)).toBe('40');
    expect(latestVersion(undefined, [])).toBeUndefined();
  });

  it('recognises an older version of the same object, and a new object of the same name', () => {
    expect(isStale(object('a', '4'), object('a', '5'))).toBe(true);
    expect(isStale(object('a', '5'), object('a', '5'))).toBe(false);
    expect(isStale(object('a', '1', 'new'), object('a', '5'))).toBe(false);
    expect(isStale(object('a', '1'), undefined)).toBe(false);
  });
});
