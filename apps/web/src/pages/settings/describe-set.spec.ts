import { expect, it } from 'vitest';
import { describeSet } from './describe-set.js';

it('says of a set what it is made from and what is wrong with it', () => {
  const metadata = { name: 's' };
  expect(describeSet({ metadata })).toMatchObject({
    project: 'default',
    generators: 'no generators',
    isKnown: false,
  });
  expect(
    describeSet({
      metadata,
      spec: { generators: [{ git: {} }, { git: {} }, { list: {} }], template: { spec: { project: 'p' } } },
      status: { conditions: [{ type: 'ErrorOccurred', status: 'True', message: 'no' }], resourcesCount: 2 },
    }),
  ).toEqual({ project: 'p', generators: 'git, list', count: 2, trouble: 'no', isKnown: true });
});
