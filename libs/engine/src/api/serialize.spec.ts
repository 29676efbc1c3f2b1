import { expect, it } from 'vitest';
import { jsonBytes } from './serialize.js';

it('serialises an object once while it is asked for, and lets go of what nobody has asked for in a while', () => {
  const object = (text: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: text } });
  const first = object('first');
  const bytes = jsonBytes(first);
  expect(jsonBytes(first)).toBe(bytes);
  expect(bytes.toString()).toBe(JSON.stringify(first));
  const megabyte = 'x'.repeat(1024 * 1024);
  const fill = (): void => {
    for (let index = 0; index < 33; index++) jsonBytes(object(megabyte));
  };
  fill();
  expect(jsonBytes(first)).toBe(bytes);
  fill();
  fill();
  expect(jsonBytes(first)).not.toBe(bytes);
  expect(jsonBytes(first)).toEqual(bytes);
});
