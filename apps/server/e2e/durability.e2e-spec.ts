import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const children: ChildProcess[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child, 'SIGKILL');
  for (const folder of folders.splice(0)) {
    await expect.poll(() => postgresOf(folder)).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  }
});

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly link: string;
  readonly output: () => string;
}

/** Starts the built server as people do, and waits for its address. */
async function start(dataDir: string): Promise<Started> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      LOTSE_DATA_DIR: dataDir,
      LOTSE_PORT: '0',
      LOTSE_KUBE_PORT: '0',
      LOTSE_DNS_PORT: '0',
      LOTSE_SERVICE_SOCKETS: 'false',
      LOTSE_DEMO: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  await expect
    .poll(() => /Ctrl-C stops/.test(output) || child.exitCode !== null, { timeout: 60_000, interval: 50 })
    .toBe(true);
  const [, url = ''] = /Dashboard\s+(\S+)/.exec(output) ?? [];
  const [, link = ''] = /Sign in\s+(\S+)/.exec(output) ?? [];
  return { child, url, link, output: () => output };
}

function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (status) => resolve(status));
    child.kill(signal);
  });
}

/** PostgreSQL processes that work in this data folder. */
function postgresOf(dataDir: string): string[] {
  const database = join(dataDir, 'postgres/data');
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === database;
    } catch {
      return false;
    }
  });
}

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lotse-durable-'));
  folders.push(folder);
  return folder;
}

const asAdmin = async (
  server: Started,
  dataDir: string,
): Promise<(path: string, body?: object) => request.Test> => {
  const password = readFileSync(join(dataDir, 'admin-password'), 'utf8').trim();
  const { body } = await request(server.url)
    .post('/api/v1/session')
    .send({ username: 'admin', password })
    .expect(200);
  const { token } = body as { token: string };
  return (path, sent) =>
    (sent ? request(server.url).post(path).send(sent) : request(server.url).get(path)).set(
      'Authorization',
      `Bearer ${token}`,
    );
};

describe.skipIf(!existsSync('/proc/self/cwd'))('a server process', () => {
  it('stops in order on Ctrl-C, with its database, and says where everything is', async () => {
    const dataDir = dataFolder();
    const server = await start(dataDir);
    expect(server.output()).toContain(join(dataDir, 'admin-password'));
    await request(server.link.replace(/\/auth.*/, ''))
      .get(new URL(server.link).pathname)
      .expect(303)
      .expect('Location', '/');
    expect(postgresOf(dataDir).length).toBeGreaterThan(0);
    expect(await kill(server.child, 'SIGINT')).toBe(0);
    expect(postgresOf(dataDir)).toEqual([]);
  });

  it('stops although somebody is listening to a stream or a socket', async () => {
    const dataDir = dataFolder();
    const server = await start(dataDir);
    const password = readFileSync(join(dataDir, 'admin-password'), 'utf8').trim();
    const { body } = await request(server.url)
      .post('/api/v1/session')
      .send({ username: 'admin', password })
      .expect(200);
    const { token } = body as { token: string };
    const stream = await fetch(`${server.url}/api/v1/stream/applications`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(stream.status).toBe(200);
    const socket = io(server.url, { auth: { token }, transports: ['websocket'], reconnection: false });
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
    const began = Date.now();
    expect(await kill(server.child, 'SIGTERM')).toBe(0);
    expect(Date.now() - began).toBeLessThan(15_000);
    await stream.body?.cancel().catch(() => undefined);
    socket.disconnect();
  });

  it('loses nothing that was acknowledged when it is killed, again and again', async () => {
    const dataDir = dataFolder();
    const acknowledged: string[] = [];
    for (let round = 0; round < 4; round++) {
      const server = await start(dataDir);
      const call = await asAdmin(server, dataDir);
      const { body } = await call('/api/v1/account').expect(200);
      const names = (body as { items: { name: string }[] }).items.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(acknowledged));
      const projects = (await call('/api/v1/projects').expect(200)).body as {
        items: { metadata: { name: string } }[];
      };
      expect(projects.items.map(({ metadata }) => metadata.name)).toEqual(
        expect.arrayContaining(acknowledged),
      );
      let running = true;
      const writes = (async () => {
        for (let i = 0; running; i++) {
          const name = `r${round}-${i}`;
          try {
            if ((await call('/api/v1/account', { name })).status !== 200) continue;
            if (
              (await call('/api/v1/projects', { project: { metadata: { name }, spec: {} } })).status === 200
            )
              acknowledged.push(name);
          } catch {
            return;
          }
        }
      })();
      const before = acknowledged.length;
      await expect
        .poll(() => acknowledged.length - before, { timeout: 60_000, interval: 7 })
        .toBeGreaterThan(4 + round);
      await kill(server.child, 'SIGKILL');
      running = false;
      await writes;
    }
    expect(acknowledged.length).toBeGreaterThan(16);
  });

  it('leaves no database behind when it is killed', async () => {
    const dataDir = dataFolder();
    const server = await start(dataDir);
    await kill(server.child, 'SIGKILL');
    await expect.poll(() => postgresOf(dataDir)).toEqual([]);
  });

  it('ends with a reason when its database is gone', async () => {
    const dataDir = dataFolder();
    const server = await start(dataDir);
    const [postmaster = ''] = readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(postmaster), 'SIGKILL');
    await expect.poll(() => server.child.exitCode).toBe(1);
    expect(server.output()).toContain('The database is gone');
  });

  it('says what is wrong in one line when it can not start', async () => {
    const dataDir = dataFolder();
    const first = await start(dataDir);
    const second = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env['PATH'],
        LOTSE_DATA_DIR: dataFolder(),
        LOTSE_PORT: new URL(first.url).port,
        LOTSE_KUBE_PORT: '0',
        LOTSE_DNS_PORT: '0',
        LOTSE_DEMO: 'false',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    second.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
    const status = await new Promise((resolve) => second.once('exit', resolve));
    expect(status).toBe(1);
    expect(text).toContain('is in use, perhaps by another Lotse');
    expect(text).not.toContain('    at ');
  });
});
