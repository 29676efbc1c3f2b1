import { job } from '../scenario-objects.mjs';

const newest = (world) => world.pods()[0];

/** Ends pods as they come until nothing more comes. */
async function endAll(world, codeOf = () => 0, extra) {
  for (let round = 0; round < 30; round++) {
    await world.quiet();
    const pods = world.pods();
    if (pods.length === 0) return;
    for (const pod of pods) await world.end(pod, codeOf(pod), extra);
    await world.reap();
  }
}
const indexOf = (pod) => Number(pod.metadata.annotations['batch.kubernetes.io/job-completion-index']);

export default {
  completes: async (world) => {
    await world.create(job('work'));
    await world.check('a pod');
    await world.run(newest(world));
    await world.check('running');
    await world.end(newest(world));
    await world.check('complete');
  },
  'completes several times in parallel': async (world) => {
    await world.create(job('work', { completions: 4, parallelism: 2 }));
    await world.check('two pods');
    await world.end(newest(world));
    await world.check('one has ended');
    await endAll(world);
    await world.check('complete');
  },
  'is a queue of work': async (world) => {
    await world.create(job('work', { parallelism: 2 }));
    await world.quiet();
    await world.end(newest(world));
    await world.check('one has ended, no other comes');
    await world.end(newest(world));
    await world.check('complete');
  },
  'fails at its limit': async (world) => {
    await world.create(job('work', { backoffLimit: 0 }));
    await world.quiet();
    await world.end(newest(world), 1);
    await world.check('failed');
  },
  'tries again': async (world) => {
    await world.create(job('work', { backoffLimit: 1 }));
    await world.quiet();
    const [first] = world.pods();
    await world.end(first, 1);
    await world.until(
      () => world.pods().some(({ metadata }) => metadata.uid !== first.metadata.uid),
      'another pod',
    );
    await world.check('another pod');
    await world.end(newest(world), 1);
    await world.check('failed');
  },
  'is indexed': async (world) => {
    await world.create(job('work', { completions: 3, parallelism: 3, completionMode: 'Indexed' }));
    await world.check('three pods');
    await world.end(world.pods().find((pod) => indexOf(pod) === 1));
    await world.check('the one in the middle');
    await endAll(world);
    await world.check('complete');
  },
  'fails by index': async (world) => {
    await world.create(
      job('work', {
        completions: 3,
        parallelism: 3,
        completionMode: 'Indexed',
        backoffLimitPerIndex: 0,
        maxFailedIndexes: 2,
      }),
    );
    await endAll(world, (pod) => (indexOf(pod) === 1 ? 1 : 0));
    await world.check('failed but for one');
  },
  'fails too many indexes': async (world) => {
    await world.create(
      job('work', {
        completions: 3,
        parallelism: 3,
        completionMode: 'Indexed',
        backoffLimitPerIndex: 0,
        maxFailedIndexes: 0,
      }),
    );
    await world.quiet();
    await world.end(newest(world), 1);
    await world.check('failed');
  },
  'fails by a rule of its policy': async (world) => {
    const podFailurePolicy = {
      rules: [{ action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } }],
    };
    await world.create(job('work', { completions: 2, parallelism: 2, podFailurePolicy }));
    await world.quiet();
    await world.end(newest(world), 42);
    await world.check('failed, the other goes');
    await world.reap();
    await world.check('the other is gone');
  },
  'ignores a disruption': async (world) => {
    const podFailurePolicy = {
      rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
    };
    await world.create(job('work', { backoffLimit: 0, podFailurePolicy }));
    await world.quiet();
    await world.end(newest(world), 137, { conditions: [{ type: 'DisruptionTarget', status: 'True' }] });
    await world.until(() => world.pods().length === 1, 'another pod');
    await world.check('another pod');
  },
  'counts a failure by a rule': async (world) => {
    const podFailurePolicy = {
      rules: [
        { action: 'FailIndex', onExitCodes: { operator: 'In', values: [7] } },
        { action: 'Count', onExitCodes: { operator: 'NotIn', values: [7] } },
      ],
    };
    await world.create(
      job('work', {
        completions: 2,
        parallelism: 2,
        completionMode: 'Indexed',
        backoffLimitPerIndex: 3,
        podFailurePolicy,
      }),
    );
    await world.quiet();
    for (const pod of world.pods()) await world.end(pod, indexOf(pod) === 0 ? 7 : 0);
    await world.check('failed');
  },
  'succeeds early': async (world) => {
    const successPolicy = { rules: [{ succeededIndexes: '0', succeededCount: 1 }] };
    await world.create(
      job('work', { completions: 3, parallelism: 3, completionMode: 'Indexed', successPolicy }),
    );
    await world.quiet();
    await world.end(world.pods().find((pod) => indexOf(pod) === 0));
    await world.check('the others go');
    await world.reap();
    await world.check('complete');
  },
  'is suspended and resumed': async (world) => {
    await world.create(job('work', { suspend: true, completions: 2, parallelism: 2 }));
    await world.check('suspended');
    await world.patch('Job', 'work', { spec: { suspend: false } });
    await world.check('resumed');
    for (const pod of world.pods()) await world.run(pod);
    await world.patch('Job', 'work', { spec: { suspend: true } });
    await world.check('suspended again');
    await world.reap();
    await world.check('no pods');
    await world.patch('Job', 'work', { spec: { suspend: false } });
    await endAll(world);
    await world.check('complete');
  },
  'takes too long': async (world) => {
    await world.create(job('work', { activeDeadlineSeconds: 4 }));
    await world.quiet();
    await world.run(newest(world));
    await world.sleep(5000);
    await world.check('the pod goes');
    await world.reap();
    await world.check('failed');
  },
  'is deleted when it has ended': async (world) => {
    await world.create(job('work', { ttlSecondsAfterFinished: 6 }));
    await world.quiet();
    await world.end(newest(world));
    await world.check('complete');
    await world.sleep(6000);
    await world.check('gone');
  },
  'waits for pods to end before it makes others': async (world) => {
    await world.create(job('work', { podReplacementPolicy: 'Failed', backoffLimit: 3 }));
    await world.quiet();
    await world.run(newest(world));
    await world.quiet();
    await world.remove('Pod', newest(world).metadata.name);
    await world.check('terminating');
  },
  'replaces pods that go': async (world) => {
    await world.create(job('work', { backoffLimit: 3 }));
    await world.quiet();
    await world.run(newest(world));
    await world.quiet();
    await world.remove('Pod', newest(world).metadata.name);
    await world.until(() => world.pods().length === 1, 'another pod');
    await world.check('another pod');
  },
  'changes its width': async (world) => {
    await world.create(job('work', { completions: 6, parallelism: 1 }));
    await world.quiet();
    await world.patch('Job', 'work', { spec: { parallelism: 3 } });
    await world.check('three');
    await world.patch('Job', 'work', { spec: { parallelism: 0 } });
    await world.check('none');
  },
  'is elastic': async (world) => {
    await world.create(job('work', { completions: 2, parallelism: 2, completionMode: 'Indexed' }));
    await world.quiet();
    await world.patch('Job', 'work', { spec: { parallelism: 3, completions: 3 } });
    await world.check('three');
    await world.patch('Job', 'work', { spec: { parallelism: 1, completions: 1 } });
    await world.check('one');
    await endAll(world);
    await world.check('complete');
  },
  'is managed by another': async (world) => {
    await world.create(job('work', { managedBy: 'example.com/other' }));
    await world.check('nothing happens');
  },
  'is deleted': async (world) => {
    await world.create(job('work', { completions: 2, parallelism: 2 }));
    await world.quiet();
    for (const pod of world.pods()) await world.run(pod);
    await world.remove('Job', 'work', { propagationPolicy: 'Foreground' });
    await world.check('pods go');
    await world.reap();
    await world.check('gone');
  },
};
