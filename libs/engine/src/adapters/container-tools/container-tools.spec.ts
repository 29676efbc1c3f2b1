import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pods } from '../../clients/resource-type.js';
import { createCluster, type Cluster } from '../../cluster.js';
import { ExecShell } from '../exec-shell.js';

describe('tools in a container', () => {
  let cluster: Cluster;
  let shell: ExecShell;
  beforeAll(() => {
    cluster = createCluster({ nodes: 1, controllers: [] });
    cluster.client.create(Pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'shell', namespace: 'default' },
      spec: {
        containers: [
          {
            name: 'main',
            image: 'busybox',
            command: ['sleep', '100000'],
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
        ],
        volumes: [{ name: 'data', emptyDir: {} }],
      },
    });
    cluster.advance('65s');
    shell = new ExecShell(cluster);
  });
  afterAll(() => cluster.stop());

  async function run(script: string, stdin?: Uint8Array): Promise<string> {
    const printed = { stdout: '', stderr: '' };
    const exitCode = await shell.exec({
      namespace: 'default',
      pod: 'shell',
      container: 'main',
      command: ['sh', '-c', script],
      ...(stdin && { stdin }),
      output: (stream, bytes) => void (printed[stream] += Buffer.from(bytes).toString('latin1')),
    });
    return `${printed.stdout}${printed.stderr}[${exitCode}]`;
  }

  describe('xargs', () => {
    it.each([
      ["printf 'a b\\nc\\n' | xargs", 'a b c\n[0]'],
      ["printf 'a b c' | xargs -n2 echo x", 'x a b\nx c\n[0]'],
      ["printf 'a b\\nc\\n' | xargs -I{} echo '<{}>' {}", '<a b> a b\n<c> c\n[0]'],
      ["printf 'a b\\nc\\nd\\n' | xargs -L 2 echo", 'a b c\nd\n[0]'],
      ['printf \'"a b" c\' | xargs -n 1 echo', 'a b\nc\n[0]'],
      ["printf 'a b\\0c\\0' | xargs -0 -n 1 echo", 'a b\nc\n[0]'],
      ["printf 'a,b' | xargs -d , -n1 echo", 'a\nb\n[0]'],
      ["printf '' | xargs -r echo x; printf '' | xargs echo y", 'y\n[0]'],
      ['echo 3 | xargs -I% sh -c "exit %"', '[123]'],
      ['echo 1 | xargs -n0 echo', "xargs: invalid number '0'\n[1]"],
      ["echo '; rm -rf /' | xargs echo", '; rm -rf /\n[0]'],
      ["printf '%s' 'a$$b $& c' | xargs -I{} echo '{}'", 'a$$b $& c\n[0]'],
      ['head -c 400000 /dev/zero | tr "\\0" x | xargs -I% echo %%%%%%', 'xargs: argument line too long\n[1]'],
    ])('%s', async (script, expected) => {
      expect(await run(script)).toBe(expected);
    });
  });

  describe('devices', () => {
    it.each([
      ['printf abc | od -An -tx1 | tr -s " "', ' 61 62 63\n[0]'],
      ['head -c 3 /dev/zero | base64', 'AAAA\n[0]'],
      ['head -c 2000000 /dev/zero | wc -c', '2000000\n[0]'],
      ['head -c 16 /dev/urandom | wc -c', '16\n[0]'],
      ['tr -dc a-z < /dev/urandom | head -c 8 | wc -c', '8\n[0]'],
      [
        '[ "$(head -c 9 /dev/urandom | base64)" != "$(head -c 9 /dev/urandom | base64)" ] && echo differ',
        'differ\n[0]',
      ],
      ['echo x > /dev/zero; ls -l /dev/zero | cut -c1-10', 'crw-rw-rw-\n[0]'],
      ['printf "1\\n2\\n" > /tmp/n; head -n 1 /tmp/n; head -c 3 /tmp/n', '1\n1\n2[0]'],
    ])('%s', async (script, expected) => {
      expect(await run(script)).toBe(expected);
    });
  });

  describe('dd, truncate, mktemp, cmp and yes', () => {
    it.each([
      [
        'dd if=/dev/zero of=/tmp/z bs=1k count=3; wc -c < /tmp/z',
        '3072\n3+0 records in\n3+0 records out\n3072 bytes (3.0KB) copied\n[0]',
      ],
      ['printf abcdef | dd bs=2 skip=1 count=1 status=none', 'cd[0]'],
      ['dd if=/dev/urandom bs=8 count=2 status=none | wc -c', '16\n[0]'],
      [
        'printf abcdef > /tmp/s; printf XY | dd of=/tmp/s bs=1 seek=2 conv=notrunc status=none; cat /tmp/s',
        'abXYef[0]',
      ],
      [
        'dd if=/dev/zero of=/tmp/z bs=1G count=1',
        'dd: memory exhausted by 1073741824 bytes; at most 134217728 are moved here\n[1]',
      ],
      [
        'dd if=/dev/zero of=/data/z bs=1M count=100',
        "dd: error writing '/data/z': No space left on device\n[1]",
      ],
      ['truncate -s 1k /tmp/t; truncate -s +1 /tmp/t; wc -c < /tmp/t', '1025\n[0]'],
      [
        'f=$(mktemp); test -f $f && stat -c %a $f; d=$(mktemp -d /tmp/x.XXXXXX); test -d $d && echo ${#d}',
        '600\n13\n[0]',
      ],
      ['mktemp nothing', "mktemp: too few X's in template 'nothing'\n[1]"],
      [
        'echo a > /tmp/a; echo b > /tmp/b; cmp /tmp/a /tmp/a; cmp /tmp/a /tmp/b',
        '/tmp/a /tmp/b differ: char 1, line 1\n[1]',
      ],
      ['yes | head -n 2; yes no | head -n 1', 'y\ny\nno\n[0]'],
    ])('%s', async (script, expected) => {
      expect(await run(script)).toBe(expected);
    });
  });

  describe('what the machine says of itself', () => {
    it('is the same in commands and in files of the kernel', async () => {
      expect(await run('nproc; grep -c ^processor /proc/cpuinfo')).toBe('4\n4\n[0]');
      expect(await run('free -g | tail -n 2 | head -n 1 | tr -s " " | cut -d " " -f 2')).toBe('8\n[0]');
      expect(await run('uptime')).toMatch(/ up \d min,  0 users,  load average: 0\.00, 0\.00, 0\.00\n\[0\]$/);
      expect(await run('uname -n -m')).toBe('shell x86_64\n[0]');
      expect(await run("tr '\\0' '|' < /proc/1/cmdline; cat /proc/1/comm")).toBe('sleep|100000|sleep\n[0]');
      expect(await run('pidof sleep; pgrep -f 000; pgrep nothing')).toBe('1\n1\n[1]');
      expect(await run('grep " /data " /proc/mounts')).toBe('/dev/sda1 /data ext4 rw,relatime 0 0\n[0]');
    });

    it('counts what is written to a volume, and no more', async () => {
      const before = await run('df /data');
      expect(before).toMatch(/^Filesystem .*Mounted on\n\/dev\/sda1 +65536 +0 +65536 +0% \/data\n\[0\]$/);
      expect(await run('head -c 1048576 /dev/zero > /data/m; df -h /data | tail -n 1')).toMatch(
        / 64\.0M +1\.0M +63\.0M +2% \/data\n/,
      );
    });

    it('is reached by ping where somebody is', async () => {
      expect(await run('ping -c 1 127.0.0.1 | tail -n 2')).toBe(
        '1 packets transmitted, 1 packets received, 0% packet loss\nround-trip min/avg/max = 0.100/0.100/0.100 ms\n[0]',
      );
      expect(await run('ping -c 1 nowhere')).toBe("ping: bad address 'nowhere'\n[1]");
      expect(await run('ping -c 1 10.1.2.3')).toContain('100% packet loss');
    });
  });

  describe('tar', () => {
    it('keeps links, modes and what is in folders', async () => {
      const script =
        'mkdir -p /tmp/pack/a/sub && cd /tmp/pack && echo 1 > a/file && chmod 751 a/file && ln -s file a/link && ln -s /etc/passwd a/abs && tar cf - a | tar xf - -C /var/tmp && cd /var/tmp/a && stat -c "%a %n" file && readlink link abs';
      expect(await run(script)).toBe('751 file\nfile\n/etc/passwd\n[0]');
      expect(await run('cd /tmp/pack && tar czf a.tgz a && tar tf a.tgz && tar xzOf a.tgz a/file')).toBe(
        'a/\na/abs\na/file\na/link\na/sub/\n1\n[0]',
      );
      expect(await run('cd /tmp/pack && tar cf - --exclude "l*" a | tar tf - | grep -c link')).toBe('0\n[1]');
      expect(
        await run('mkdir /tmp/o; tar xf /tmp/pack/a.tgz -C /tmp/o --strip-components=1 a/file; ls /tmp/o'),
      ).toBe('file\n[0]');
    });

    it('says what is missing, broken or too large, and leaves nothing behind that looks like an archive', async () => {
      expect(await run('tar cf - /nope')).toBe(
        "tar: removing leading '/' from member names\ntar: /nope: No such file or directory\ntar: error exit delayed from previous errors\n[1]",
      );
      expect(await run('tar xf -', Buffer.from('no archive at all'))).toBe('tar: short read\n[1]');
      expect(await run('tar xf - -C /nope', Buffer.alloc(1024))).toBe(
        "tar: can't change directory to '/nope': No such file or directory\n[1]",
      );
      expect(await run('head -c 512 /dev/urandom | tar xf -')).toMatch(/^tar: .*\n\[1\]$/);
    });

    it('writes nothing above the folder it is told', async () => {
      const script =
        'cd /tmp && mkdir -p in/deep && echo x > in/secret && cd in/deep && tar cf /tmp/up.tar ../secret && rm ../secret && tar xf /tmp/up.tar; ls /tmp/in';
      expect(await run(script)).toBe("deep\ntar: name with '..' skipped: '../secret'\n[0]");
    });
  });
});
