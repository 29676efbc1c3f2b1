import { expect, it } from 'vitest';
import { builtInResources } from './built-in.js';
import { Registry } from './registry.js';

it('knows whether there is anything in a version, as resources come and go', () => {
  const [first, second] = [...builtInResources()].filter(({ group }) => group === 'apps');
  if (!first || !second) throw new Error('no apps');
  const registry = new Registry();
  expect(registry.serves('apps', 'v1')).toBe(false);
  registry.add(first);
  registry.add(second);
  registry.add({ ...first });
  registry.remove(first);
  expect(registry.serves('apps', 'v1')).toBe(true);
  expect(registry.serves('apps', 'v2')).toBe(false);
  registry.remove(second);
  expect(registry.serves('apps', 'v1')).toBe(false);
});
