import { describe, expect, it } from 'vitest';
import { ARGO_API_VERSION, type Application, type OperationState } from '../application/types.js';
import { isSuperseded } from './superseded.js';

const source = { repoURL: 'https://git.invalid/x', path: '.' };
const waiting: OperationState = {
  phase: 'Running',
  startedAt: '2030-01-01T00:00:00Z',
  retryCount: 1,
  operation: { initiatedBy: { automated: true }, sync: { revision: 'a', source } },
};
const application = (state: OperationState, syncOptions?: string[]): Application => ({
  apiVersion: ARGO_API_VERSION,
  kind: 'Application',
  metadata: { name: 'web' },
  spec: {
    project: 'default',
    destination: { server: 'https://kubernetes.default.svc' },
    source,
    syncPolicy: { automated: {}, ...(syncOptions && { syncOptions }) },
  },
  status: { operationState: state },
});

describe('an automated operation that waits for another attempt', () => {
  it('is still wanted while nothing changed', () => {
    expect(isSuperseded(application(waiting), 'a')).toBe(false);
  });

  it('is superseded by a commit, by another source and by other options', () => {
    expect(isSuperseded(application(waiting), 'b')).toBe(true);
    expect(isSuperseded(application(waiting, ['CreateNamespace=true']), 'a')).toBe(true);
    const moved = application(waiting);
    const { spec } = moved;
    expect(isSuperseded({ ...moved, spec: { ...spec, source: { ...source, path: 'b' } } }, 'a')).toBe(true);
  });

  it('looks at the revisions of all sources', () => {
    const state = { ...waiting, syncResult: { revision: 'a', revisions: ['a', 'b'] } };
    expect(isSuperseded(application(state), 'a', ['a', 'b'])).toBe(false);
    expect(isSuperseded(application(state), 'a', ['a', 'c'])).toBe(true);
  });
});

it.each<[string, OperationState]>([
  ['runs its first attempt', { ...waiting, retryCount: 0 }],
  ['was asked for by a person', { ...waiting, operation: { ...waiting.operation, initiatedBy: {} } }],
  ['is being stopped', { ...waiting, phase: 'Terminating' }],
])('an operation that %s goes on', (_, state) => {
  expect(isSuperseded(application(state), 'b')).toBe(false);
});
