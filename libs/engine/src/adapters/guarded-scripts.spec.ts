import { afterEach, expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { Pods } from '../clients/resource-type.js';
import { ExecShell } from './exec-shell.js';
import { SystemClock } from './system-clock.js';

const clocks: SystemClock[] = [];

afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop();
});

/** A cluster in real time with one running pod, whose clock has nothing else to wake up for. */
async function liveShell() {
  const clock = new SystemClock();
  clocks.push(clock);
  const cluster = createCluster({ nodes: 1, controllers: [], clock });
  const create = (name: string): void => {
    cluster.client.create(Pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: { containers: [{ name: 'main', image: 'busybox', command: ['sleep', 'infinity'] }] },
    });
  };
  const phase = (name: string) => cluster.client.get(Pods, 'default', name)?.status?.phase;
  create('first');
  await expect.poll(() => phase('first')).toBe('Running');
  const shell = new ExecShell(cluster);
  const run = async (script: string, signal?: AbortSignal): Promise<string> => {
    let printed = '';
    const exitCode = await shell.exec({
      namespace: 'default',
      pod: 'first',
      container: 'main',
      command: ['sh', '-c', script],
      ...(signal && { signal }),
      output: (_stream, bytes) => void (printed += Buffer.from(bytes).toString()),
    });
    return `${printed}[${exitCode}]`;
  };
  const goesOn = async (): Promise<void> => {
    const woken = new Promise<void>((resolve) => void clock.after(1, resolve));
    await woken;
    expect(await run('sleep 0.01; echo on')).toBe('on\n[0]');
    create('later');
    await expect.poll(() => phase('later')).toBe('Running');
  };
  return { run, goesOn };
}

it('lets a script be the one that winds the clock, and everything else goes on after it', async () => {
  const { run, goesOn } = await liveShell();
  expect(await run('sleep 0.02; echo slept')).toBe('slept\n[0]');
  await goesOn();
});

it('runs jobs of a script, and everything else goes on after them', async () => {
  const { run, goesOn } = await liveShell();
  expect(await run('sleep 0.02 & wait; echo x')).toBe('x\n[0]');
  expect(await run('sleep 0.02 & echo end')).toBe('end\n[0]');
  await goesOn();
});

it('goes on after a script whose client has gone while a job of it ran', async () => {
  const { run, goesOn } = await liveShell();
  const gone = new AbortController();
  const running = run('sleep 30 & wait; echo never', gone.signal);
  setTimeout(() => gone.abort(), 50);
  expect(await running.catch(() => 'ended')).not.toContain('never');
  await goesOn();
});
