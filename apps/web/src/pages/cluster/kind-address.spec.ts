import { describe, expect, it } from 'vitest';
import { kindAddress, objectAddress, parseKindAddress, stateWord } from './kind-address.js';

describe('kinds in addresses', () => {
  it('come back as they went in, with the core group empty', () => {
    expect(kindAddress({ version: 'v1', resource: 'pods', kind: 'Pod' })).toBe('/v1/pods');
    expect(parseKindAddress('/v1/pods')).toEqual({ group: '', version: 'v1', resource: 'pods' });
    expect(parseKindAddress('apps/v1/deployments')).toEqual({
      group: 'apps',
      version: 'v1',
      resource: 'deployments',
    });
    expect(parseKindAddress('pods')).toBeUndefined();
  });

  it('name objects with their namespace when they have one', () => {
    expect(objectAddress({ metadata: { name: 'n' } })).toBe('n');
    expect(objectAddress({ metadata: { name: 'n', namespace: 'ns' } })).toBe('ns/n');
  });
});

describe('a word for the state of an object', () => {
  it.each([
    [{ spec: { replicas: 3 }, status: { readyReplicas: 2 } }, '2/3 ready'],
    [{ spec: { replicas: 0 } }, '0/0 ready'],
    [{ status: { phase: 'Active' } }, 'Active'],
    [{ status: { conditions: [{ type: 'Ready', status: 'False' }] } }, 'Not ready'],
    [{}, undefined],
  ])('of %j is %s', (rest, word) => expect(stateWord({ metadata: { name: 'x' }, ...rest })).toBe(word));
});
