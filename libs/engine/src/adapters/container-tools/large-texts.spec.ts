import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { ExecShell } from '../exec-shell.js';
import { busyboxCluster } from '../testing/busybox.js';

const LARGE = Buffer.from('the quick brown fox\n'.repeat(300_000));

async function ran(script: string): Promise<string> {
  const cluster = busyboxCluster();
  let printed = '';
  const exitCode = await new ExecShell(cluster).exec({
    namespace: 'default',
    pod: 'box',
    container: 'main',
    command: ['sh', '-c', script],
    stdin: LARGE,
    output: (_stream, bytes) => void (printed += Buffer.from(bytes).toString()),
  });
  cluster.stop();
  return `${printed}[${exitCode}]`;
}

const digest = (algorithm: string): string => createHash(algorithm).update(LARGE).digest('hex');

it.each([
  ['cat > /tmp/x; md5sum /tmp/x; md5sum < /tmp/x', `${digest('md5')}  /tmp/x\n${digest('md5')}  -\n[0]`],
  ['sha256sum', `${digest('sha256')}  -\n[0]`],
  ['md5sum /none', 'md5sum: /none: No such file or directory\n[1]'],
  ['base64 | base64 -d | md5sum', `${digest('md5')}  -\n[0]`],
  ['base64 -w 0 | base64 -d | md5sum', `${digest('md5')}  -\n[0]`],
  ['base64 | head -n 1', `${LARGE.subarray(0, 57).toString('base64')}\n[0]`],
  ["tr 'a-z' 'A-Z' | tail -n 1", 'THE QUICK BROWN FOX\n[0]'],
  ['tr o ö > /tmp/x; tail -n 1 /tmp/x; cut -c 13-15 /tmp/x | tail -n 1', 'the quick bröwn föx\nöwn\n[0]'],
  ['cut -c1-5 | tail -n 1', 'the q\n[0]'],
  ['cat > /tmp/x; cut -d" " -f2,4 /tmp/x | tail -n 1', 'quick fox\n[0]'],
])('%s goes through large texts with pauses', async (script, printed) => {
  expect(await ran(script)).toBe(printed);
});

it.each(['sort', 'awk 1', 'gzip -c'])('%s refuses what is too large, and says so', async (tool) => {
  const name = tool.split(' ')[0];
  const refused = `${name}: 6000000 bytes of input: at most 4194304 are handled here; take a part with head, tail or grep\n[1]`;
  expect(await ran(tool)).toBe(refused);
  expect(await ran(`cat > /tmp/x; ${tool} /tmp/x`)).toBe(refused);
  expect(await ran(`head -n 3 | ${tool} | wc -c`)).toMatch(/^\s*\d+\n\[0\]$/);
});

it('awk says how many lines it goes through where there are more', async () => {
  const refused =
    'awk: 30001 lines of input: at most 30000 are handled here; take a part with head, tail or grep\n[1]';
  expect(await ran('head -n 30001 | awk 1')).toBe(refused);
  expect(await ran('head -n 30001 > /tmp/x; awk 1 /tmp/x')).toBe(refused);
});
