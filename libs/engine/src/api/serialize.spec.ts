import { expect, it, vi } from 'vitest';
import { jsonText } from './serialize.js';

it('serialises an object once while it is asked for, and lets go of what nobody has asked for in a while', () => {
  const object = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  const first = object('first');
  const text = jsonText(first);
  expect(text).toBe(JSON.stringify(first));
  const times = vi.spyOn(JSON, 'stringify');
  const made = (): number => {
    times.mockClear();
    expect(jsonText(first)).toBe(text);
    return times.mock.calls.length;
  };
  expect(made()).toBe(0);
  const megabyte = 'x'.repeat(1024 * 1024);
  const fill = (): void => {
    for (let index = 0; index < 33; index++) jsonText(object(megabyte));
  };
  fill();
  expect(made()).toBe(0);
  fill();
  fill();
  expect(made()).toBe(1);
  times.mockRestore();
});
