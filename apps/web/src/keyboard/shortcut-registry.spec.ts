import { describe, expect, it } from 'vitest';
import { ShortcutRegistry } from './shortcut-registry.js';

function registry(...keys: string[]) {
  const log: string[] = [];
  const target = new ShortcutRegistry();
  for (const key of keys)
    target.add({
      keys: key,
      label: key,
      group: 'Test',
      run: () => log.push(key),
      evenInFields: key.includes('+'),
    });
  const press = (key: string, at = 0, where: Partial<{ inField: boolean; inDialog: boolean }> = {}) =>
    target.press(key, { inField: false, inDialog: false, at, ...where });
  return { target, log, press };
}

describe('keyboard shortcuts', () => {
  it('runs sequences typed in time and forgets the first key afterwards', () => {
    const { log, press } = registry('g a', 'a');
    press('g', 0);
    press('a', 400);
    press('g', 1_000);
    press('a', 5_000);
    expect(log).toEqual(['g a', 'a']);
  });

  it('leaves keys alone while typing or in a dialog, except chords', () => {
    const { log, press } = registry('/', 'mod+k');
    expect(press('/', 0, { inField: true })).toBe(false);
    expect(press('/', 0, { inDialog: true })).toBe(false);
    expect(press('mod+k', 0, { inField: true })).toBe(true);
    expect(log).toEqual(['mod+k']);
  });

  it('lets the page on top win and gives the key back when it leaves', () => {
    const { target, log, press } = registry('s');
    const remove = target.add({ keys: 's', label: 'top', group: 'Test', run: () => log.push('top') });
    press('s');
    remove();
    press('s');
    expect(log).toEqual(['top', 's']);
  });
});
