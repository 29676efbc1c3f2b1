import { objectKey, type KubeObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { readSyncOptions } from '../application/sync-options.js';
import type { ResourceResult } from '../application/types.js';
import { appliedResult, prunedResult } from './outcome.js';
import { planSync, type PlanInput } from './plan.js';
import { stepSync } from './step.js';

type Annotations = Record<string, string>;
const A = 'argocd.argoproj.io/';
const object = (
  apiVersion: string,
  kind: string,
  name: string,
  annotations: Annotations = {},
  rest: object = {},
): KubeObject =>
  ({
    apiVersion,
    kind,
    metadata: { name, namespace: kind === 'Namespace' ? undefined : 'n', annotations },
    ...rest,
  }) as KubeObject;
const config = (name: string, annotations: Annotations = {}): KubeObject =>
  object('v1', 'ConfigMap', name, annotations);
const job = (name: string, annotations: Annotations): KubeObject =>
  object('batch/v1', 'Job', name, annotations);

/** A cluster of maps: what a sync did and what came of it, as lines a person reads. */
class Rehearsal {
  readonly lives = new Map<string, KubeObject>();
  readonly lines: string[] = [];
  results: ResourceResult[] = [];
  validated = false;
  failures = new Set<string>();
  constructor(
    readonly input: Partial<PlanInput> & { targets: KubeObject[] },
    lives: KubeObject[] = [],
  ) {
    for (const live of lives)
      this.lives.set(objectKey(live), {
        ...live,
        metadata: { ...live.metadata, uid: live.metadata.name ?? '' },
      });
  }

  plan() {
    return planSync({
      lives: this.lives,
      options: readSyncOptions([]),
      runHooks: true,
      revision: 'abcdef1234',
      startedAtSeconds: 100,
      ...this.input,
    });
  }

  /** Steps until something has to be waited for. */
  run(plan = this.plan()): this {
    for (let step = 0; step < 50; step++) {
      const { results, decision } = stepSync({
        plan,
        progress: { results: this.results, validated: this.validated },
        live: (key) => this.lives.get(key),
      });
      this.results = results;
      if (decision.type === 'validate') this.validated = true;
      else if (decision.type === 'wait') return this.say(decision.message);
      else if (decision.type === 'done') {
        for (const { task } of decision.cleanup) this.say(`clean ${task.name}`).lives.delete(task.object);
        return this.say(`${decision.phase}: ${decision.message}`);
      } else {
        for (const batch of decision.batches) {
          for (const { type, task } of batch) {
            this.say(`${type} ${task.name}`);
            if (type === 'apply' && task.target) {
              const ok = !this.failures.has(task.name);
              if (ok)
                this.lives.set(task.object, {
                  ...task.target,
                  metadata: { ...task.target.metadata, uid: `${task.name}-${step}` },
                });
              this.results = [
                ...this.results,
                appliedResult(task, { ok, message: ok ? 'created' : 'refused' }),
              ];
            } else {
              this.lives.delete(task.object);
              if (type === 'prune')
                this.results = [...this.results, prunedResult(task, { ok: true, message: 'pruned' })];
            }
          }
          if (this.results.some((result) => result.status === 'SyncFailed')) break;
        }
      }
    }
    throw new Error(`no end: ${this.lines.join(', ')}`);
  }

  say(line: string): this {
    this.lines.push(line);
    return this;
  }

  becomes(name: string, status: object): this {
    for (const [key, live] of this.lives)
      if (live.metadata.name === name) this.lives.set(key, { ...live, status } as unknown as KubeObject);
    return this;
  }
}
const complete = { conditions: [{ type: 'Complete', status: 'True' }] };
const broken = { conditions: [{ type: 'Failed', status: 'True', message: 'exit 1' }] };

describe('a sync', () => {
  it('applies kinds in order and ends at once without hooks and waves', () => {
    const rehearsal = new Rehearsal({
      targets: [
        object('apps/v1', 'Deployment', 'web'),
        object('v1', 'Service', 'svc'),
        config('cfg'),
        object('v1', 'Namespace', 'n'),
      ],
    });
    expect(rehearsal.run().lines).toEqual([
      'apply n',
      'apply cfg',
      'apply svc',
      'apply web',
      'Succeeded: successfully synced (all tasks run)',
    ]);
  });

  it('waits for each wave to become healthy, but not for the last', () => {
    const web = object(
      'apps/v1',
      'Deployment',
      'first',
      { [`${A}sync-wave`]: '-1' },
      { spec: { replicas: 1 } },
    );
    const rehearsal = new Rehearsal({ targets: [web, object('apps/v1', 'Deployment', 'second')] });
    expect(rehearsal.run().lines).toEqual([
      'apply first',
      'waiting for healthy state of apps/Deployment/first',
    ]);
    rehearsal.becomes('first', { replicas: 1, updatedReplicas: 1, availableReplicas: 1 });
    expect(rehearsal.run().lines.slice(2)).toEqual([
      'apply second',
      'Succeeded: successfully synced (all tasks run)',
    ]);
  });

  it('runs PreSync, Sync and PostSync hooks in turn and cleans up', () => {
    const rehearsal = new Rehearsal({
      targets: [
        job('after', { [`${A}hook`]: 'PostSync', [`${A}hook-delete-policy`]: 'HookSucceeded' }),
        config('cfg'),
        job('before', { [`${A}hook`]: 'PreSync' }),
        job('ignored', { [`${A}hook`]: 'Skip' }),
        job('rollback', { 'helm.sh/hook': 'test' }),
      ],
    });
    expect(rehearsal.run().lines).toEqual([
      'apply before',
      'waiting for completion of hook batch/Job/before',
    ]);
    expect(rehearsal.becomes('before', complete).run().lines.slice(2)).toEqual([
      'apply cfg',
      'apply after',
      'waiting for completion of hook batch/Job/after',
    ]);
    expect(rehearsal.becomes('after', complete).run().lines.slice(5)).toEqual([
      'clean after',
      'Succeeded: successfully synced (all tasks run)',
    ]);
  });

  it('stops at a failed hook, runs the SyncFail hooks and says the reason', () => {
    const rehearsal = new Rehearsal({
      targets: [
        job('before', { [`${A}hook`]: 'PreSync' }),
        config('cfg'),
        job('alarm', { [`${A}hook`]: 'SyncFail' }),
      ],
    });
    rehearsal.run().becomes('before', broken).run().becomes('alarm', complete).run();
    expect(rehearsal.lines.slice(2)).toEqual([
      'apply alarm',
      'waiting for completion of hook batch/Job/alarm',
      'Failed: one or more synchronization tasks completed unsuccessfully, reason: exit 1',
    ]);
  });

  it('does not go on after an object was refused', () => {
    const rehearsal = new Rehearsal({ targets: [config('cfg'), object('v1', 'Service', 'svc')] });
    rehearsal.failures.add('cfg');
    expect(rehearsal.run().lines).toEqual([
      'apply cfg',
      'Failed: one or more objects failed to apply, reason: refused',
    ]);
  });

  it('prunes what Git no longer has, in mirrored waves, last with PruneLast', () => {
    const lives = [
      config('early', { [`${A}sync-wave`]: '0' }),
      config('late', { [`${A}sync-wave`]: '2' }),
      config('last', { [`${A}sync-options`]: 'PruneLast=true' }),
    ];
    const rehearsal = new Rehearsal({ targets: [config('kept', { [`${A}sync-wave`]: '1' })] }, lives);
    expect(rehearsal.run().lines.slice(0, 4)).toEqual([
      'prune late',
      'apply kept',
      'prune early',
      'prune last',
    ]);
  });

  it('deletes an old hook before making it again', () => {
    const hook = job('migrate', { [`${A}hook`]: 'PreSync' });
    const rehearsal = new Rehearsal({ targets: [hook] }, [job('migrate', {})]);
    expect(rehearsal.run().lines).toEqual([
      'delete-hook migrate',
      'apply migrate',
      'waiting for completion of hook batch/Job/migrate',
    ]);
  });

  it('continues after a crash that lost the result of a hook, without running it twice', () => {
    const rehearsal = new Rehearsal({
      targets: [job('migrate', { [`${A}hook`]: 'PreSync' }), config('cfg')],
    });
    rehearsal.run();
    rehearsal.results = [];
    rehearsal.lines.length = 0;
    expect(rehearsal.run().lines).toEqual(['waiting for completion of hook batch/Job/migrate']);
    expect(rehearsal.becomes('migrate', complete).run().lines.slice(1)).toContain('apply cfg');
  });

  it('gives generated hooks names that stay the same after a restart', () => {
    const hook = job('x', { [`${A}hook`]: 'PostSync' });
    hook.metadata = { generateName: 'smoke-', annotations: { [`${A}hook`]: 'PostSync' }, namespace: 'n' };
    const names = () => new Rehearsal({ targets: [hook] }).plan().tasks.map((task) => task.name);
    expect(names()).toEqual(['smoke-abcdef1-postsync-100']);
    expect(names()).toEqual(names());
  });

  it('makes definitions before their objects and the namespace before everything in it', () => {
    const definition = object(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'things.x.io',
      {},
      { spec: { group: 'x.io', names: { kind: 'Thing' } } },
    );
    const thing = object('x.io/v1', 'Thing', 'one', { [`${A}sync-wave`]: '-3' });
    const plan = new Rehearsal({
      targets: [definition, thing, config('cfg')],
      createNamespace: { name: 'n' },
    }).plan();
    expect(plan.tasks.map((task) => `${task.phase}${task.wave} ${task.name}`)).toEqual(
      ['Sync-3 n', 'Sync-3 things.x.io', 'Sync-3 one', 'Sync0 cfg'].map((line) =>
        line.replace('Sync-3 n', 'PreSync-1 n'),
      ),
    );
  });

  it('takes only the selected objects and no hooks in a selective sync', () => {
    const plan = new Rehearsal({
      targets: [config('a'), config('b'), job('h', { [`${A}hook`]: 'PreSync' })],
      runHooks: false,
      only: new Set(['/ConfigMap/n/b']),
    }).plan();
    expect(plan.tasks.map((task) => task.name)).toEqual(['b']);
  });
});
