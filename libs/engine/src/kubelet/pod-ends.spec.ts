import { describe, expect, it } from 'vitest';
import { Pods } from '../clients/resource-type.js';
import { clusterWith, transcript } from './testing/kubelet-cluster.js';

describe('the end of a pod', () => {
  it('ends a pod gracefully and removes it', () => {
    const running = clusterWith();
    running.advance('10s');
    running.client.delete(Pods, 'default', 'web');
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Running main=Running+",
        "0.1 Succeeded main=Completed(0)",
        "0.1 gone",
      ]
    `);
  });

  it('fails a pod whose init container fails and is not to be tried again', () => {
    const running = clusterWith({
      restartPolicy: 'Never',
      initContainers: [{ name: 'first', image: 'busybox:1.37', command: ['false'] }],
    });
    expect(transcript(running, 30)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending first=PodInitializing main=PodInitializing",
        "0.6 Pending first=Running main=PodInitializing",
        "0.6 Failed first=Error(1) main=PodInitializing",
      ]
    `);
  });

  it('completes a pod that runs to its end, and sidecars with it', () => {
    const running = clusterWith({
      restartPolicy: 'Never',
      initContainers: [{ name: 'helper', image: 'nginx:1.29', restartPolicy: 'Always' }],
      containers: [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 5; exit 0'] }],
    });
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending helper=PodInitializing main=PodInitializing",
        "1.3 Pending helper=Running+ main=PodInitializing",
        "1.7 Running helper=Running+ main=Running+",
        "6.7 Running helper=Running+ main=Completed(0)",
        "6.8 Succeeded helper=Completed(0) main=Completed(0)",
      ]
    `);
  });

  it('restarts only failures under OnFailure', () => {
    const running = clusterWith(
      { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'unknown/job:1' }] },
      { 'lotse.dev/run-seconds': '3' },
    );
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending main=ContainerCreating",
        "1.2 Running main=Running+",
        "4.2 Succeeded main=Completed(0)",
      ]
    `);
  });

  it('kills what does not end in its grace period', () => {
    const running = clusterWith({
      containers: [{ name: 'main', image: 'busybox:1.37', command: ['sleep', '3600'] }],
    });
    running.advance('10s');
    running.client.delete(Pods, 'default', 'web');
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Running main=Running+",
        "30.0 Failed main=Error(137)",
        "30.0 gone",
      ]
    `);
  });

  it('lets preStop use the grace period', () => {
    const running = clusterWith({
      containers: [
        {
          name: 'main',
          image: 'nginx:1.29',
          lifecycle: { preStop: { exec: { command: ['sleep', '8'] } } },
        },
      ],
    });
    running.advance('10s');
    running.client.delete(Pods, 'default', 'web');
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Running main=Running+",
        "8.1 Succeeded main=Completed(0)",
        "8.1 gone",
      ]
    `);
  });

  it('ends a pod at its deadline', () => {
    const running = clusterWith({ activeDeadlineSeconds: 20 });
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending main=ContainerCreating",
        "1.3 Running main=Running+",
        "20.0 Failed DeadlineExceeded main=Running+",
        "20.1 Failed DeadlineExceeded main=Completed(0)",
      ]
    `);
  });
});
