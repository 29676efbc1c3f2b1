import { expect, it } from 'vitest';
import { ExecShell } from './exec-shell.js';
import { runRemoteCommand } from './streams/remote-command.js';
import { Terminal } from './terminal.js';
import { busyboxCluster } from './testing/busybox.js';

async function said(
  command: readonly string[],
  tty: boolean,
  sizes: readonly string[] = [],
): Promise<string> {
  const cluster = busyboxCluster();
  let shown = '';
  const terminal = new Terminal();
  for (const size of sizes) terminal.resize(Buffer.from(size));
  const show = (chunk: Uint8Array): void => void (shown += Buffer.from(chunk).toString());
  await runRemoteCommand(
    new ExecShell(cluster),
    { namespace: 'default', pod: 'box', container: 'main', command, stdin: false, tty },
    {
      terminal,
      stdout: show,
      stderr: show,
      finish: (status) => void (shown += `[${String(status['status'])}]`),
      onStdin: () => undefined,
      onClose: () => undefined,
    },
  );
  cluster.stop();
  return shown;
}

it('tells programs of the terminal they run on', async () => {
  expect(await said(['tty'], true)).toBe('/dev/pts/0\r\n[Success]');
  expect(await said(['stty', 'size'], true)).toBe('0 0\r\n[Success]');
  const sizes = ['{"Width":80,"Height":24}\n', '{"Width":132,"Height":43}\n{"Width":120,"Height":40}\n'];
  expect(await said(['sh', '-c', 'stty size; stty rows 50; stty size'], true, sizes)).toBe(
    '40 120\r\n50 120\r\n[Success]',
  );
});

it('tells programs that they run on no terminal', async () => {
  expect(await said(['tty'], false)).toBe('not a tty\n[Failure]');
  expect(await said(['stty', 'size'], false)).toBe(
    'stty: standard input: Inappropriate ioctl for device\n[Failure]',
  );
});

it('takes no size that is none', () => {
  const terminal = new Terminal();
  terminal.resize(Buffer.from('{"Width":80,"Height":24}'));
  for (const message of ['', '{', 'null', '[]', '{"Width":-1,"Height":1.5}', '{"Width":"9","Height":70000}'])
    terminal.resize(Buffer.from(message));
  expect([terminal.rows, terminal.columns]).toEqual([24, 80]);
});
