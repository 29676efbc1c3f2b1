import { describe, expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { Pods } from '../clients/resource-type.js';
import type { Container, PodSpec } from '../types/index.js';
import { ExecShell } from './exec-shell.js';

function podOf(container: Partial<Container>, own: Partial<PodSpec> = {}) {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'nginx:1.29', ...container }], ...own },
  });
  cluster.advance('10s');
  const shell = new ExecShell(cluster);
  const run = async (command: string, at = 'main') => {
    let printed = '';
    const exitCode = await shell.exec({
      namespace: 'default',
      pod: 'web',
      container: at,
      command: ['sh', '-c', command],
      output: (_stream, bytes) => void (printed += Buffer.from(bytes).toString()),
    });
    return `${printed}[${exitCode}]`;
  };
  const restarts = () => {
    cluster.advance('10s');
    return cluster.client
      .get(Pods, 'default', 'web')
      ?.status?.containerStatuses?.map((each) => each.restartCount);
  };
  return { run, restarts };
}

describe('signals from within a container', () => {
  it('leave a server running that reads its settings or logs anew for them', async () => {
    const { run, restarts } = podOf({});
    for (const signal of ['HUP', '1', 'SIGUSR1', 'USR2', 'WINCH', 'KILL', '0'])
      expect(await run(`kill -${signal} 1`)).toBe('[0]');
    expect(await run('kill -s HUP 1')).toBe('[0]');
    expect(restarts()).toEqual([0]);
  });

  it('end a server that they ask for an end', async () => {
    for (const kill of ['kill 1', 'kill -QUIT 1', 'nginx -s quit']) {
      const { run, restarts } = podOf({});
      expect(await run(kill)).toMatch(/\[0\]$/);
      expect(restarts()).toEqual([1]);
    }
  });

  it('pass a script by that handles none of them', async () => {
    const { run, restarts } = podOf({ image: 'busybox:1.37', command: ['sh', '-c', 'sleep 1000'] });
    expect(await run('kill 1; kill -INT 1; kill -HUP 1')).toBe('[0]');
    expect(restarts()).toEqual([0]);
  });

  it('reach the program of another container where processes are shared', async () => {
    const { run, restarts } = podOf(
      {},
      {
        shareProcessNamespace: true,
        containers: [
          { name: 'main', image: 'nginx:1.29' },
          { name: 'tools', image: 'busybox:1.37', command: ['sleep', '1000'] },
        ],
      },
    );
    expect(await run('ps | grep nginx', 'tools')).toContain('    7 root ');
    expect(await run('kill 7', 'tools')).toBe('[0]');
    expect(restarts()).toEqual([1, 0]);
  });

  it('are refused where there is no such process or signal', async () => {
    const { run } = podOf({});
    expect(await run('kill 77')).toBe("kill: can't kill pid 77: No such process\n[1]");
    expect(await run('kill -NOPE 1')).toBe("kill: bad signal name 'NOPE'\n[1]");
    expect(await run('kill -constructor 1')).toBe("kill: bad signal name 'constructor'\n[1]");
    expect(await run('true & wait; jobs')).toBe('[0]');
  });
});

describe('nginx in a container', () => {
  it('reads settings anew, once they are well formed', async () => {
    const { run, restarts } = podOf({});
    expect(await run('nginx -t')).toBe(
      'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n[0]',
    );
    expect(await run('nginx -s reload')).toMatch(/ \[notice\] \d+#\d+: signal process started\n\[0\]$/);
    await run(
      `mkdir -p /etc/nginx/conf.d; printf 'server {\\n  listen 80\\n}\\n' > /etc/nginx/conf.d/a.conf`,
    );
    const problem =
      'nginx: [emerg] directive "listen" is not terminated by ";" in /etc/nginx/conf.d/a.conf:3\n';
    expect(await run('nginx -s reload')).toBe(`${problem}[1]`);
    expect(await run('nginx -t')).toBe(
      `${problem}nginx: configuration file /etc/nginx/nginx.conf test failed\n[1]`,
    );
    await run(`printf 'server {\\n  listen 80; # {\\n  return 200 "a;}";\\n' > /etc/nginx/conf.d/a.conf`);
    expect(await run('nginx -t')).toContain(
      'unexpected end of file, expecting "}" in /etc/nginx/conf.d/a.conf:4',
    );
    expect(restarts()).toEqual([0]);
  });
});
