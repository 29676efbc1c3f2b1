import { describe, expect, it } from 'vitest';
import { validateApplication } from './validate.js';

const good = {
  metadata: { name: 'x' },
  spec: { project: 'default', destination: { server: 's' }, source: { repoURL: 'u', path: 'p' } },
};
const spec = (change: object): object => ({ ...good, spec: { ...good.spec, ...change } });

describe('an Application', () => {
  it('is accepted when it can be delivered', () => expect(validateApplication(good)).toEqual([]));
  it.each<[string, unknown, string]>([
    ['nothing', null, ''],
    ['no spec', { metadata: { name: 'x' } }, 'spec'],
    ['a bad name', { ...good, metadata: { name: 'A_b' } }, 'metadata.name'],
    ['no destination', spec({ destination: undefined }), 'spec.destination'],
    ['two names for the cluster', spec({ destination: { server: 's', name: 'n' } }), 'spec.destination'],
    ['no source', spec({ source: undefined }), 'spec.source'],
    ['neither path nor chart', spec({ source: { repoURL: 'u' } }), 'spec.source'],
    ['a path that climbs', spec({ source: { repoURL: 'u', path: 'a/../..' } }), 'spec.source.path'],
    ['two tools', spec({ source: { repoURL: 'u', path: 'p', helm: {}, kustomize: {} } }), 'spec.source'],
    [
      'an option without a value',
      spec({ syncPolicy: { syncOptions: ['CreateNamespace'] } }),
      'spec.syncPolicy.syncOptions[0]',
    ],
    [
      'a bad duration',
      spec({ syncPolicy: { retry: { backoff: { duration: 'soon' } } } }),
      'spec.syncPolicy.retry.backoff.duration',
    ],
  ])('is refused for %s', (_, value, field) => {
    expect(validateApplication(value).map((problem) => problem.field)).toContain(field);
  });
});
