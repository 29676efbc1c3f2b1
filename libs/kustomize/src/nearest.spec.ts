import { describe, expect, it } from 'vitest';
import { closestIds, didYouMean, nearestName, nearMiss } from './nearest.js';
import type { ResourceId } from './resource-id.js';

const id = (kind: string, name: string, namespace = ''): ResourceId => ({
  group: '',
  version: 'v1',
  kind,
  name,
  namespace,
});

describe('the nearest name', () => {
  it.each<[wanted: string, candidates: string[], found: string | undefined]>([
    ['resource', ['resources', 'sources'], 'resources'],
    ['RESOURCES', ['resources'], 'resources'],
    ['patch', ['path', 'patches'], 'path'],
    ['nameprefx', ['namePrefix', 'nameSuffix'], 'namePrefix'],
    ['nothing', ['resources'], undefined],
    ['x', [], undefined],
  ])('for %j of %j is %j', (wanted, candidates, found) => {
    expect(nearestName(wanted, candidates)).toBe(found);
  });

  it('is asked for, or nothing is said', () => {
    expect(didYouMean('bses', ['bases'])).toBe('; did you mean bases?');
    expect(didYouMean('other', ['bases'])).toBe('');
  });

  it('is found among names of any length', () => {
    const long = 'a'.repeat(1_000_000);
    expect(nearestName(long, [`${long}b`])).toBe(`${long}b`);
  });
});

describe('the closest resources', () => {
  it.each<[what: string, present: ResourceId[], hint: string]>([
    [
      'come with the closest first',
      [id('Secret', 'other'), id('Secret', 'confg'), id('ConfigMap', 'config')],
      '; there is Secret.v1.[noGrp]/confg.[noNs], Secret.v1.[noGrp]/other.[noNs]',
    ],
    ['are not named when none is close', [id('Service', 'web')], ''],
    [
      'are three at most',
      ['a', 'b', 'c', 'd'].map((name) => id('Secret', name)),
      '; there is Secret.v1.[noGrp]/c.[noNs], Secret.v1.[noGrp]/a.[noNs], Secret.v1.[noGrp]/b.[noNs]',
    ],
    [
      'may be in another namespace',
      [id('Secret', 'conf', 'far'), id('Secret', 'conf', 'near')],
      '; there is Secret.v1.[noGrp]/conf.near, Secret.v1.[noGrp]/conf.far',
    ],
  ])('%s', (_what, present, hint) => {
    expect(closestIds(id('Secret', 'conf', 'near'), present)).toBe(hint);
  });

  it('miss by a letter or two', () => {
    const present = [id('Deployment', 'frontend'), id('Service', 'backend')];
    expect(nearMiss({ kind: 'Deployment', name: 'front-end' }, present)).toBe(
      'Deployment.v1.[noGrp]/frontend.[noNs]',
    );
    expect(nearMiss({ name: 'backends' }, present)).toBe('Service.v1.[noGrp]/backend.[noNs]');
    expect(nearMiss({ kind: 'Deployment', name: 'backend' }, present)).toBeUndefined();
  });
});
