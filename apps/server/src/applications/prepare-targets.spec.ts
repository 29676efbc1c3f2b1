import { expect, it } from 'vitest';
import { prepareTargets } from './prepare-targets.js';

const pods = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };

it('delivers what is written in a version Kubernetes has given up in the one of today, and says so', () => {
  const written = {
    apiVersion: 'extensions/v1beta1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { template: pods },
  };
  const { targets, warnings } = prepareTargets([written], 'shop', 'default', () => undefined);
  expect(targets).toMatchObject([
    { apiVersion: 'apps/v1', metadata: { name: 'web' }, spec: { selector: { matchLabels: { app: 'web' } } } },
  ]);
  expect(warnings).toEqual([
    {
      type: 'DeprecatedVersionWarning',
      message:
        'Deployment/web: extensions/v1beta1 Deployment is deprecated in v1.9+, unavailable in v1.16+; use apps/v1 Deployment. It is applied in that version.',
    },
  ]);
});

it('counts the old and the present writing of one object as the same', () => {
  const budget = (apiVersion: string) => ({
    apiVersion,
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: { app: 'web' } }, minAvailable: 1 },
  });
  const rendered = [budget('policy/v1beta1'), budget('policy/v1')];
  const { targets, warnings } = prepareTargets(rendered, 'shop', 'default', () => undefined);
  expect(targets).toHaveLength(1);
  expect(warnings.map(({ type }) => type)).toEqual(['DeprecatedVersionWarning', 'RepeatedResourceWarning']);
});
