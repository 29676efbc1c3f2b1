/** A served cluster with kubectl, and a way to run a controller against it from outside. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SERVE = fileURLToPath(new URL('../kubernetes/serve.mjs', import.meta.url));
/** Controllers come to rest within seconds; a busy machine takes longer. */
const PATIENCE_MS = 120_000;

export class Cluster {
  #serving;
  #children = [];
  #folder;
  #kubectl;

  static async start(kubectl, options = []) {
    const cluster = new Cluster();
    cluster.#kubectl = kubectl;
    cluster.#folder = mkdtempSync(join(tmpdir(), 'lotse-operator-'));
    cluster.#serving = spawn(process.execPath, [SERVE, cluster.#folder, ...options], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = await Promise.race([
      once(createInterface({ input: cluster.#serving.stdout }), 'line'),
      pause(30_000, ['']),
    ]);
    if (!line) throw new Error('the cluster does not start');
    cluster.url = JSON.parse(line).url;
    cluster.kubeconfig = JSON.parse(line).kubeconfig;
    return cluster;
  }

  path(name) {
    return join(this.#folder, name);
  }

  write(name, text) {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** Runs kubectl; throws with what it said when it fails. */
  kubectl(args, input = '') {
    const { status, stdout, stderr } = spawnSync(this.#kubectl, args, {
      input,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, KUBECONFIG: this.kubeconfig, HOME: this.#folder },
    });
    if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr || stdout}`);
    return stdout;
  }

  apply(documents) {
    return this.kubectl(
      ['apply', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: documents }),
    );
  }

  get(...args) {
    return JSON.parse(this.kubectl(['get', ...args, '-o', 'json']));
  }

  /** Asks again until the answer is there; an error or nothing is no answer yet. */
  async until(what, ask) {
    const end = Date.now() + PATIENCE_MS;
    let problem = '';
    while (Date.now() < end) {
      try {
        const answer = await ask();
        if (answer) return answer;
      } catch (error) {
        problem = error.message;
      }
      const dead = this.#children.find(({ exitCode }) => exitCode !== null);
      if (dead) throw new Error(`${what}: ${dead.spawnfile} has ended with ${dead.exitCode}`);
      await pause(500);
    }
    throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s. ${problem}`);
  }

  /** A kubeconfig with the token of a service account: a controller has the rights it was given and no others. */
  kubeconfigOf(namespace, name) {
    const token = this.kubectl(['create', 'token', name, '-n', namespace]).trim();
    const known = readFileSync(this.kubeconfig, 'utf8');
    const ca = /certificate-authority-data: (\S+)/.exec(known)?.[1];
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: this.url, 'certificate-authority-data': ca } }],
      users: [{ name: 'u', user: { token } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace } }],
      'current-context': 'x',
    };
    return this.write(`kubeconfig-${name}`, JSON.stringify(config));
  }

  /** Starts a controller; its log is beside the kubeconfig. */
  run(binary, args, environment = {}) {
    const log = this.path(`${binary.split('/').at(-1)}-${this.#children.length}.log`);
    const output = openSync(log, 'w');
    const child = spawn(binary, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    this.#children.push(child);
    return { child, log: () => readFileSync(log, 'utf8') };
  }

  /** A controller that was killed on purpose. */
  forget(child) {
    this.#children = this.#children.filter((one) => one !== child);
  }

  stop(keep = false) {
    for (const child of this.#children) child.kill('SIGTERM');
    this.#serving.kill('SIGTERM');
    if (keep) console.log(`  logs: ${this.#folder}`);
    else rmSync(this.#folder, { recursive: true, force: true });
  }
}

function once(emitter, event) {
  return new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
}
