import { expect, it } from 'vitest';
import type { Application, ApplicationStatus } from '../api/application.js';
import { reasons } from './wait-for.js';

const application = (status: ApplicationStatus): Application => ({
  metadata: { name: 'web' },
  spec: { destination: {} },
  status,
});

it('says of a wait in vain what the operation met and what ails the pods', () => {
  expect(
    reasons(
      application({
        health: { status: 'Degraded', message: 'Caused by Deployment:web/web' },
        operationState: { phase: 'Running', message: 'namespaces "web" not found. Retrying attempt #1' },
        conditions: [{ type: 'SyncError', message: 'again in vain' }],
      }),
      'Pod web-1 ImagePullBackOff',
    ),
  ).toEqual([
    'namespaces "web" not found. Retrying attempt #1',
    'Pod web-1 ImagePullBackOff',
    'SyncError: again in vain',
  ]);
});

it('falls back on what the health says, and leaves out an operation that went well', () => {
  expect(
    reasons(
      application({
        health: { status: 'Progressing', message: 'Caused by Deployment:web/web' },
        operationState: { phase: 'Succeeded', message: 'successfully synced' },
      }),
      undefined,
    ),
  ).toEqual(['Caused by Deployment:web/web']);
  expect(reasons(application({ health: { status: 'Healthy', message: 'fine' } }), undefined)).toEqual([]);
});
