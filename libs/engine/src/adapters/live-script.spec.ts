import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../cluster.js';
import { ExecShell } from './exec-shell.js';
import { BUSYBOX, busyboxCluster } from './testing/busybox.js';

describe('a command that is sent its input', () => {
  const target = BUSYBOX;
  let cluster: Cluster;
  let shell: ExecShell;
  beforeAll(() => {
    cluster = busyboxCluster();
    shell = new ExecShell(cluster);
  });
  afterAll(() => cluster.stop());

  /** A conversation: what is sent, and what has been answered before more is sent. */
  function spoken(command: readonly string[]) {
    const chunks: Buffer[] = [];
    let said: (() => void) | undefined;
    const live = shell.live(target, command, true, (_stream, bytes) => {
      chunks.push(Buffer.from(bytes));
      said?.();
    });
    if (!live) throw new Error('only the large shell knows that');
    const all = (): string => Buffer.concat(chunks).toString();
    return {
      all,
      bytes: () => Buffer.concat(chunks),
      send: (text: string | Uint8Array) => live.write(Buffer.from(text)),
      end: async () => {
        live.write(undefined);
        return await live.ended;
      },
      ended: live.ended,
      until: async (text: string) => {
        while (!all().includes(text)) await new Promise<void>((resolve) => (said = resolve));
      },
    };
  }

  it.each([
    [['cat'], 'one\n', 'one\n'],
    [['grep', 'o'], 'one\ntwo\nthree\n', 'one\ntwo\n'],
    [['sed', 's/o/0/g'], 'foo\n', 'f00\n'],
    [['tr', 'a-z', 'A-Z'], 'abc', 'ABC'],
    [['tee', '/tmp/copy'], 'kept', 'kept'],
    [['sh', '-c', 'while read x; do echo "got $x"; done'], 'a\nb\n', 'got a\ngot b\n'],
    [['sh', '-c', 'cat | grep --line 2>&1 | cat; cat'], '', ''],
  ])('%j answers as it comes', async (command, sent, answered) => {
    if (sent === '') {
      expect(shell.live(target, command, true, () => undefined)).toBeUndefined();
      return;
    }
    const talk = spoken(command);
    talk.send(sent);
    await talk.until(answered);
    expect(await talk.end()).toBe(0);
    expect(talk.all()).toBe(answered);
  });

  it('ends without waiting for more than it reads', async () => {
    const first = spoken(['head', '-1']);
    first.send('one\ntwo\n');
    expect(await first.ended).toBe(0);
    expect(first.all()).toBe('one\n');
    const script = spoken(['sh', '-c', 'read x; echo "hi $x"; read y; echo "bye $y"; exit 4']);
    script.send('joe\n');
    await script.until('hi joe');
    script.send('ann\nrest');
    expect(await script.ended).toBe(4);
    expect(script.all()).toBe('hi joe\nbye ann\n');
    expect(await spoken(['echo', 'nothing']).ended).toBe(0);
  });

  it('is given bytes as they are, wherever they are taken apart', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7919) & 0xff));
    const talk = spoken(['sh', '-c', 'tee /tmp/bytes | cat']);
    for (let at = 0; at < bytes.length; at += 1001) talk.send(bytes.subarray(at, at + 1001));
    talk.send(Buffer.from('ä€😀').subarray(0, 3));
    talk.send(Buffer.from('ä€😀').subarray(3));
    expect(await talk.end()).toBe(0);
    const whole = Buffer.concat([bytes, Buffer.from('ä€😀')]);
    expect(talk.bytes().equals(whole)).toBe(true);
    const copy = spoken(['cat', '/tmp/bytes']);
    await copy.end();
    expect(copy.bytes().equals(whole)).toBe(true);
    const count = spoken(['wc', '-c']);
    count.send(whole);
    await count.end();
    expect(count.all().trim()).toBe(String(whole.length));
  });

  it('may have jobs, and signals them', async () => {
    const talk = spoken([
      'sh',
      '-c',
      'cat & kill $!; wait $!; echo "$?"; sleep 0; kill 1; echo sent; kill 9999',
    ]);
    expect(await talk.ended).toBe(1);
    expect(talk.all()).toBe("143\nsent\nsh: kill: can't kill pid 9999: No such process\n");
  });

  it('stops pipes that nobody reads', async () => {
    const live = spoken(['sh', '-c', 'yes | head -2; while :; do echo x; done | head -1']);
    expect(await live.ended).toBe(0);
    expect(live.all()).toBe('y\ny\nx\n');
  });

  it('is given up when its client goes', async () => {
    const live = shell.live(target, ['sh', '-c', 'while :; do sleep 1; done'], true, () => undefined);
    live?.close();
    expect(await live?.ended).toBe(137);
  });

  it('is refused more than it could ever read', async () => {
    const talk = spoken(['sh', '-c', 'sleep 1000; cat']);
    for (let sent = 0; sent <= 64; sent++) talk.send(Buffer.alloc(1024 * 1024));
    await expect(talk.ended).rejects.toThrow('were not read');
  });
});
