import { describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject } from '@lotse/manifests';
import { applicationSetConditions } from './conditions.js';
import { planChanges, type SetChanges } from './plan-changes.js';
import type { ApplicationSet, ApplicationSetSpec } from './types.js';

const set = (spec: ApplicationSetSpec = {}): ApplicationSet => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'ApplicationSet',
  metadata: { name: 's', uid: 'u' },
  spec,
});
const owner = (uid: string): JsonObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'ApplicationSet',
  name: 's',
  uid,
  controller: true,
  blockOwnerDeletion: true,
});
const application = (name: string, spec: JsonObject = {}, metadata: JsonObject = {}): KubeObject =>
  ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd', ...metadata },
    spec: { project: 'p', ...spec },
  }) as unknown as KubeObject;
const owned = (name: string, spec: JsonObject = {}, metadata: JsonObject = {}): KubeObject =>
  application(name, spec, { ownerReferences: [owner('u')], ...metadata });
const plan = (
  spec: ApplicationSetSpec,
  wanted: KubeObject[],
  existing: KubeObject[],
  complete = true,
): SetChanges =>
  planChanges(set(spec), wanted, new Map(existing.map((each) => [each.metadata.name ?? '', each])), complete);
const summary = ({ create, update, remove, refused }: SetChanges): string =>
  [
    ...create.map(({ metadata }) => `+${metadata.name}`),
    ...update.map(({ metadata }) => `~${metadata.name}`),
    ...remove.map(({ metadata }) => `-${metadata.name}`),
    ...refused.map(({ name }) => `!${name}`),
  ].join(' ');

describe('the changes a set makes', () => {
  const wanted = [application('new'), application('changed', { x: 2 }), application('same')];
  const existing = [owned('changed', { x: 1 }), owned('same'), owned('gone'), application('stranger')];

  it.each<[ApplicationSetSpec, string]>([
    [{}, '+new ~changed -gone'],
    [{ syncPolicy: { applicationsSync: 'create-only' } }, '+new'],
    [{ syncPolicy: { applicationsSync: 'create-update' } }, '+new ~changed'],
    [{ syncPolicy: { applicationsSync: 'create-delete' } }, '+new -gone'],
  ])('%j: %s', (spec, changes) => expect(summary(plan(spec, wanted, existing))).toBe(changes));

  it('remove nothing when something was left out', () =>
    expect(summary(plan({}, wanted, existing, false))).toBe('+new ~changed'));

  it('leave alone what belongs to another set, or is in another project', () => {
    const others = [
      application('a', {}, { ownerReferences: [owner('other')] }),
      application('b', { project: 'q' }),
      application('c'),
    ];
    expect(summary(plan({}, [application('a'), application('b'), application('c')], others))).toBe(
      '~c !a !b',
    );
  });

  it('keep what others wrote: preserved fields, finalizers, status, ignored differences', () => {
    const before = owned(
      'x',
      { source: { targetRevision: 'live', path: 'old' } },
      {
        annotations: { mine: '1', lost: '2', 'argocd.argoproj.io/refresh': 'normal' },
        labels: { keep: '1', drop: '2' },
        finalizers: ['resources-finalizer.argocd.argoproj.io', 'other/finalizer'],
      },
    );
    const after = plan(
      {
        preservedFields: { annotations: ['mine'], labels: ['keep'] },
        ignoreApplicationDifferences: [{ jsonPointers: ['/spec/source/targetRevision'] }],
      },
      [application('x', { source: { targetRevision: 'wanted', path: 'new' } }, { labels: { l: '1' } })],
      [{ ...before, status: { kept: true } }],
    ).update[0];
    expect(after).toMatchObject({
      metadata: {
        annotations: { mine: '1', 'argocd.argoproj.io/refresh': 'normal' },
        labels: { l: '1', keep: '1' },
        finalizers: ['other/finalizer'],
      },
      spec: { source: { targetRevision: 'live', path: 'new' } },
      status: { kept: true },
    });
    expect(after?.metadata.annotations).not.toHaveProperty('lost');
    expect(after?.metadata.labels).not.toHaveProperty('drop');
  });

  it('spare applications that are being deleted already', () => {
    const dying = owned('gone', {}, { deletionTimestamp: '2024-01-01T00:00:00Z' });
    expect(summary(plan({}, [], [dying]))).toBe('');
  });
});

describe('the conditions of a set', () => {
  it('keep their time while they say the same', () => {
    const first = applicationSetConditions([], { error: undefined, generated: true }, 't1');
    expect(applicationSetConditions(first, { error: undefined, generated: true }, 't2')).toEqual(first);
    const bad = applicationSetConditions(
      first,
      { error: { reason: 'R', message: 'm' }, generated: false },
      't2',
    );
    expect(bad.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'ErrorOccurred=True',
      'ParametersGenerated=False',
      'ResourcesUpToDate=False',
    ]);
    expect(bad[0]).toMatchObject({ reason: 'R', message: 'm', lastTransitionTime: 't2' });
  });
});
