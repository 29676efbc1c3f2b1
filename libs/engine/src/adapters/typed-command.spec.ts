import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../cluster.js';
import { ExecShell } from './exec-shell.js';
import { BUSYBOX, busyboxCluster } from './testing/busybox.js';

describe('a command on a terminal', () => {
  let cluster: Cluster;
  let shell: ExecShell;
  beforeAll(() => {
    cluster = busyboxCluster();
    shell = new ExecShell(cluster);
  });
  afterAll(() => cluster.stop());

  /** What the screen shows when these keys are pressed, and the exit code. */
  async function screen(command: readonly string[], keys: string): Promise<string> {
    let shown = '';
    const target = BUSYBOX;
    const session = await shell.typed(target, command, (text) => void (shown += text));
    if (!session) return 'reads nothing';
    session.input(keys);
    const code = await session.ended;
    return `${shown}[${code}]`;
  }

  it.each([
    [['cat'], 'one\rtwo\r\u0004', 'one\r\ntwo\r\none\r\ntwo\r\n[0]'],
    [['sort'], 'b\ra\r\u0004', 'b\r\na\r\na\r\nb\r\n[0]'],
    [
      ['sh', '-c', 'read name; echo "hi $name $1"; exit 3', 'sh', 'there'],
      'joe\r',
      'joe\r\nhi joe there\r\n[3]',
    ],
    [['cat'], 'half\u0003', 'half^C\r\n[130]'],
    [['ls', '/'], '', 'reads nothing'],
    [['sh', '-c', 'echo hello'], '', 'reads nothing'],
  ])('%j with %j shows %j', async (command, keys, shown) => {
    expect(await screen(command, keys)).toBe(shown);
  });
});
