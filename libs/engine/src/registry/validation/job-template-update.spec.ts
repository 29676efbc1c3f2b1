import { describe, expect, it } from 'vitest';
import type { Job } from '../../types/index.js';
import { validateJobTemplateUpdate } from './job-template-update.js';

const container = { name: 'main', image: 'i' };
const template = (spec: object = {}, metadata: object = {}) => ({
  metadata,
  spec: { restartPolicy: 'Never', containers: [container], ...spec },
});
const job = (spec: object, status: object = {}): Job =>
  ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {},
    spec: { template: template(), ...spec },
    status,
  }) as Job;
const findings = (after: object, old: Job) =>
  validateJobTemplateUpdate(after as Parameters<typeof validateJobTemplateUpdate>[0], old).map(
    ({ field }) => field,
  );

describe('pods of a job', () => {
  const suspended = job({ suspend: true });
  const placed = { nodeSelector: { a: 'b' }, tolerations: [{ key: 'a', operator: 'Exists' }] };
  const needy = { containers: [{ ...container, resources: { limits: { cpu: '1' } } }] };

  it('stay as they are while it runs', () => {
    expect(findings(template(), job({}))).toEqual([]);
    expect(findings(template(placed), job({}))).toEqual(['spec.template']);
  });

  it.each<[string, object]>([
    ['are placed elsewhere', template(placed)],
    ['are near other nodes', template({ affinity: { nodeAffinity: {} } })],
    ['need more', template(needy)],
    ['are labelled', template({}, { labels: { a: 'b' }, annotations: { c: 'd' } })],
  ])('%s while it is suspended', (_, after) => expect(findings(after, suspended)).toEqual([]));

  it.each<[string, object]>([
    ['another image', template({ containers: [{ ...container, image: 'j' }] })],
    ['another container', template({ containers: [{ ...container, name: 'other' }] })],
    ['other pods to be near', template({ affinity: { podAffinity: {} } })],
  ])('do not get %s even then', (_, after) =>
    expect(findings(after, suspended)).toEqual(['spec.template.spec']),
  );

  it('change only when the last of them is gone', () => {
    const condition = { conditions: [{ type: 'Suspended', status: 'True' }] };
    const startTime = '2030-01-01T00:00:00Z';
    expect(findings(template(placed), job({ suspend: true }, { startTime, ...condition }))).toEqual([]);
    expect(findings(template(placed), job({ suspend: true }, { startTime }))).toEqual(['spec.template']);
    expect(
      findings(template(placed), job({ suspend: true }, { startTime, ...condition, active: 1 })),
    ).toEqual(['spec.template']);
  });
});
