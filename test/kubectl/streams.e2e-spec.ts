import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findKubectls, hasKubectl } from './find-kubectl.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { kubectl, transcript } from './transcript.js';

describe.runIf(hasKubectl())('kubectl and what runs in a container', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
    await transcript(
      served,
      `
      $ kubectl run box --image=busybox -- sleep 100000
      pod/box created
      $ kubectl run web --image=nginx --port=80
      pod/web created
      $ kubectl wait --for=condition=Ready pod/box pod/web --timeout=90s
      pod/box condition met
      pod/web condition met
      `,
    );
  });
  afterAll(() => served.stop());

  it.for(findKubectls())('runs commands and carries their streams ($version)', async ({ file }) => {
    await transcript(
      served,
      `
      $ kubectl exec box -- echo hello
      hello
      $ kubectl exec box -- sh -c 'echo out; echo err >&2; exit 3'
      out
      err
      command terminated with exit code 3
      $ kubectl exec -i box -- wc -c <<< text
      4
      $ kubectl exec box -- no-such-program
      **executable file not found in $PATH**
      $ kubectl exec box -c other -- true
      **container other is not valid for pod box
      $ kubectl exec missing -- true
      Error from server (NotFound): pods "missing" not found
      `,
      { text: 'four' },
      { kubectl: file },
    );
  });

  it.for(findKubectls())('copies any bytes in and out ($version)', async ({ version, file }) => {
    const folder = join(served.folder, `in-${version}`);
    mkdirSync(join(folder, 'sub'), { recursive: true });
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
    writeFileSync(join(folder, 'sub', 'bytes'), bytes);
    const there = await kubectl(served, ['cp', folder, `box:/tmp/${version}`], { kubectl: file });
    expect(there.code, there.stderr).toBe(0);
    const back = join(served.folder, `out-${version}`);
    const here = await kubectl(served, ['cp', `box:/tmp/${version}`, back], { kubectl: file });
    expect(here.code, here.stderr).toBe(0);
    expect(readFileSync(join(back, 'sub', 'bytes')).equals(bytes)).toBe(true);
  });

  it.for(findKubectls())('forwards a port ($version)', async ({ file }) => {
    const child = spawn(file, ['port-forward', 'pod/web', ':80', '--address', '127.0.0.1'], {
      env: { ...process.env, KUBECONFIG: served.kubeconfig, HOME: served.folder },
    });
    try {
      const port = await new Promise<string>((resolve, reject) => {
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          const found = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(output);
          if (found?.[1] !== undefined) resolve(found[1]);
        });
        child.on('close', () => reject(new Error(`port-forward ended: ${output}`)));
      });
      for (let round = 0; round < 3; round++) {
        const response = await fetch(`http://127.0.0.1:${port}/`);
        expect(response.status).toBe(200);
        expect(await response.text()).toContain('nginx');
      }
      const body = Buffer.alloc(8 * 1024 * 1024, 'x');
      const { status } = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body });
      expect(status).toBe(200);
      const many = Array.from({ length: 30 }, async () => (await fetch(`http://127.0.0.1:${port}/`)).status);
      expect(new Set(await Promise.all(many))).toEqual(new Set([200]));
    } finally {
      child.kill();
    }
  });

  it('needs the right to do so', async () => {
    const bob = { kubeconfig: served.kubeconfigFor('bob', []) };
    for (const { file } of findKubectls()) {
      const refused = await kubectl(served, ['exec', 'box', '--', 'true'], { ...bob, kubectl: file });
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain('User "bob" cannot');
    }
  });
});
