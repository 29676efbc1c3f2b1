import { describe, expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { ConfigMaps, Pods, Services } from '../clients/resource-type.js';
import { ExecShell } from './exec-shell.js';

function shellOf() {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  cluster.client.create(ConfigMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'default' },
    data: { 'app.conf': 'mode=fast\n' },
  });
  for (const name of ['web', 'client']) {
    cluster.client.create(Pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: {
        containers: [
          {
            name: 'main',
            image: 'nginx:1.29',
            env: [{ name: 'GREETING', value: 'hello' }],
            volumeMounts: [{ name: 'settings', mountPath: '/etc/app' }],
          },
        ],
        volumes: [{ name: 'settings', configMap: { name: 'settings' } }],
      },
    });
  }
  cluster.advance('10s');
  const shell = new ExecShell(cluster);
  const run = async (...command: string[]) => {
    const target = { namespace: 'default', pod: 'client', container: 'main' };
    const printed = { stdout: '', stderr: '' };
    const exitCode = await shell.exec({
      ...target,
      command,
      output: (stream, bytes) => void (printed[stream] += Buffer.from(bytes).toString()),
    });
    return `${printed.stdout}${printed.stderr}[${exitCode}]`;
  };
  return { cluster, shell, run };
}

describe('exec', () => {
  it('runs commands in the container, with its environment and files', async () => {
    const { run } = shellOf();
    expect(await run('hostname')).toBe('client\n[0]');
    expect(await run('sh', '-c', 'echo $GREETING; exit 3')).toBe('hello\n[3]');
    expect(await run('cat', '/etc/app/app.conf')).toBe('mode=fast\n[0]');
    expect(await run('cat', '/var/run/secrets/kubernetes.io/serviceaccount/namespace')).toBe('default[0]');
    expect(await run('echo', 'a b', "it's")).toBe("a b it's\n[0]");
  });

  it('puts files in the place of others, and nothing onto itself', async () => {
    const { run } = shellOf();
    const script =
      'cd /tmp; echo 1 > a; echo 2 > b; mv a b; cat b; echo 3 > c; cp c b; cat b; ln b d; cp b d';
    expect(await run('sh', '-c', script)).toBe("1\n3\ncp: 'b' and '/tmp/d' are the same file\n[1]");
  });

  it('complains about files in the words of the usual tools', async () => {
    const { run } = shellOf();
    expect(await run('tar', 'cf', '-', '-C', '/', 'nope')).toBe(
      'tar: nope: No such file or directory\ntar: error exit delayed from previous errors\n[1]',
    );
    expect(await run('touch', '/nope/a')).toBe(
      "touch: cannot touch '/nope/a': No such file or directory\n[1]",
    );
    expect(await run('ln', '-s', 'a', '/nope/b')).toBe('ln: /nope/b: No such file or directory\n[1]');
  });

  it('says of a file that may not be written to that it can not be made', async () => {
    const { run } = shellOf();
    expect(await run('sh', '-c', 'echo x > /etc/app/new')).toBe(
      "sh: can't create /etc/app/new: Read-only file system\n[1]",
    );
  });

  it('shows output as it is written, and stops when the client has gone', async () => {
    const { cluster, shell } = shellOf();
    const written: string[] = [];
    const gone = new AbortController();
    const running = shell.exec({
      namespace: 'default',
      pod: 'client',
      container: 'main',
      command: ['sh', '-c', 'i=0; while true; do i=$((i+1)); echo $i; sleep 1; done'],
      signal: gone.signal,
      output: (_stream, bytes) => void written.push(Buffer.from(bytes).toString()),
    });
    await expect.poll(() => written).toEqual(['1\n']);
    cluster.advance('1s');
    await expect.poll(() => written).toEqual(['1\n', '2\n']);
    gone.abort();
    cluster.advance('1s');
    await running.catch(() => undefined);
    expect(written.length).toBeLessThan(4);
  });

  it('passes any bytes on, both ways', async () => {
    const { shell } = shellOf();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const printed: Uint8Array[] = [];
    await shell.exec({
      namespace: 'default',
      pod: 'client',
      container: 'main',
      command: ['sh', '-c', 'cat > /tmp/bytes; cat /tmp/bytes'],
      stdin: bytes,
      output: (_stream, piece) => void printed.push(piece),
    });
    expect(Buffer.concat(printed)).toEqual(bytes);
  });

  it('shares files with the program of the container', async () => {
    const { cluster, run } = shellOf();
    await run('sh', '-c', 'echo changed > /usr/share/nginx/html/index.html');
    const { podIP = '' } = cluster.client.get(Pods, 'default', 'client').status ?? {};
    const found = cluster.runtime.http(podIP, 80, { method: 'GET', url: '/', headers: {} });
    expect(found.kind === 'answer' && Buffer.from(found.answer.body).toString()).toBe('changed\n');
  });

  it('keeps files as long as the container lives', async () => {
    const { run } = shellOf();
    await run('sh', '-c', 'echo kept > /tmp/note');
    expect(await run('cat', '/tmp/note')).toBe('kept\n[0]');
  });

  it('reaches other pods by address', async () => {
    const { cluster, run } = shellOf();
    const { podIP } = cluster.client.get(Pods, 'default', 'web').status ?? {};
    expect(await run('sh', '-c', `curl -s http://${podIP}/ | grep -c 'Welcome to nginx'`)).toMatch(
      /^[12]\n\[0\]$/,
    );
    expect(await run('curl', '-s', 'http://nobody/')).toMatch(/\[[1-9]\d*\]$/);
  });

  it('finds services by name', async () => {
    const { cluster, run } = shellOf();
    cluster.client.create(Services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'api', namespace: 'default' },
      spec: { clusterIP: '10.96.7.7', ports: [{ port: 80 }] },
    });
    expect(await run('nslookup', 'api')).toContain(
      'Name:\tapi.default.svc.cluster.local\nAddress: 10.96.7.7\n',
    );
  });

  it("runs the image's own program by its place", async () => {
    const { cluster, shell } = shellOf();
    cluster.client.create(Pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'helper', namespace: 'default' },
      spec: {
        containers: [
          { name: 'main', image: 'registry.k8s.io/e2e-test-images/agnhost:2.57', args: ['pause'] },
        ],
        dnsPolicy: 'None',
        dnsConfig: { nameservers: ['1.1.1.1'], searches: ['example.org'] },
      },
    });
    cluster.advance('10s');
    let printed = '';
    const exitCode = await shell.exec({
      namespace: 'default',
      pod: 'helper',
      container: 'main',
      command: ['/agnhost', 'dns-suffix'],
      output: (_, bytes) => void (printed += Buffer.from(bytes).toString()),
    });
    expect(`${printed}[${exitCode}]`).toBe('example.org\n[0]');
  });

  it('says when there is no such program or container', async () => {
    const { shell, run } = shellOf();
    await expect(run('emacs')).rejects.toThrow('"emacs": executable file not found in $PATH');
    await expect(
      shell.exec({
        namespace: 'default',
        pod: 'client',
        container: 'other',
        command: ['ls'],
        output: () => undefined,
      }),
    ).rejects.toThrow('container not found ("other")');
  });

  it('holds a conversation that remembers where it is', async () => {
    const { shell } = shellOf();
    let screen = '';
    const target = { namespace: 'default', pod: 'client', container: 'main' };
    const session = await shell.session(target, (text) => void (screen += text));
    for (const line of ['cd /etc/app', 'export COLOR=blue', 'echo $COLOR; lz\bs', 'exit 4']) {
      await expect.poll(() => screen).toMatch(/# $/);
      session.input(`${line}\r`);
    }
    expect(await session.ended).toBe(4);
    expect(screen).toContain('/etc/app # echo $COLOR; lz\b \bs\r\nblue\r\napp.conf\r\n');
  });

  it('keeps a session going where nothing can be written, and apart from others in the same container', async () => {
    const { cluster, shell } = shellOf();
    cluster.client.create(Pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'sealed', namespace: 'default' },
      spec: {
        containers: [
          { name: 'main', image: 'nginx:1.29', securityContext: { readOnlyRootFilesystem: true } },
        ],
      },
    });
    cluster.advance('10s');
    const target = { namespace: 'default', pod: 'sealed', container: 'main' };
    const screens = ['', ''];
    const [one, other] = await Promise.all(
      [0, 1].map((at) => shell.session(target, (text) => void (screens[at] += text))),
    );
    one?.input('cd /etc\rexport X=1\recho "one $PWD $X"\rexit 3\r');
    other?.input('cd /tmp\recho "other $PWD [$X]"\rls /dev/shm\rexit 4\r');
    expect(await Promise.all([one?.ended, other?.ended])).toEqual([3, 4]);
    expect(screens[0]).toContain('one /etc 1');
    expect(screens[1]).toContain('other /tmp []');
    expect(screens.join('')).not.toContain('EROFS');
  });

  it('ends an editing script without end before others notice', async () => {
    const { run } = shellOf();
    expect(await run('sh', '-c', "echo a | sed ':a;s/a/aa/;ba'")).toContain('(5000)');
  });

  it('does nothing of what was typed behind the end of a session', async () => {
    const { shell, run } = shellOf();
    const target = { namespace: 'default', pod: 'client', container: 'main' };
    const session = await shell.session(target, () => undefined);
    session.input('touch /tmp/before\rexit 3\rtouch /tmp/behind\r');
    expect(await session.ended).toBe(3);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await run('ls', '/tmp')).toBe('before\n[0]');
  });

  it('shows a client that takes nothing no long line again and again', async () => {
    const { shell } = shellOf();
    let screen = 0;
    const target = { namespace: 'default', pod: 'client', container: 'main' };
    const session = await shell.session(target, async (text) => {
      screen += text.length;
      await new Promise(() => undefined);
    });
    session.input(`${'x'.repeat(30_000)}\r`);
    for (let piece = 0; piece < 50; piece++) session.input('\u001b[A\u001b[B\u0003'.repeat(1000));
    expect(screen).toBeLessThan(2 * 1024 * 1024);
    session.close();
    expect(await session.ended).toBe(0);
  });

  it('keeps only so much of what is typed ahead', async () => {
    const { shell } = shellOf();
    let screen = 0;
    const target = { namespace: 'default', pod: 'client', container: 'main' };
    const session = await shell.session(target, (text) => void (screen += text.length));
    for (let piece = 0; piece < 20; piece++) session.input('x'.repeat(64 * 1024));
    expect(screen).toBeLessThan(512 * 1024);
    session.input('\u0003\u0004');
    expect(await session.ended).toBe(0);
  });
});

describe('a session', () => {
  async function talk(lines: readonly string[], from?: ReturnType<typeof shellOf>): Promise<string> {
    const { shell } = from ?? shellOf();
    let screen = '';
    const target = { namespace: 'default', pod: 'client', container: 'main' };
    const session = await shell.session(target, (text) => void (screen += text));
    session.input(lines.map((line) => (line === '\u0004' ? line : `${line}\r`)).join(''));
    session.input('exit\r');
    await session.ended;
    return screen;
  }

  it('goes on with variables that were not exported, functions, aliases, parameters and the last exit code', async () => {
    const screen = await talk([
      'x=1; y="two  words"',
      'list=(a "b c")',
      'greet() { echo "hello $1 $x"; }',
      "alias ll='echo listed'",
      'set -- one "t w o"',
      'cd /tmp; cd /etc',
      'greet you',
      'echo "[$y] ${list[1]} $# $2 $OLDPWD"',
      'll',
      '(exit 7)',
      'echo "code $?"',
      'unset x; unset -f greet',
      'greet again; echo "gone [$x]"',
    ]);
    expect(screen).toContain('hello you 1\r\n');
    expect(screen).toContain('[two  words] b c 2 t w o /tmp\r\n');
    expect(screen).toContain('# listed\r\n');
    expect(screen).toContain('code 7\r\n');
    expect(screen).toContain('greet: command not found');
    expect(screen).toContain('gone []\r\n');
  });

  it('waits for the end of what was begun', async () => {
    const screen = await talk([
      'for i in 1 2',
      'do echo "n$i"',
      'done',
      'cat <<END',
      'in here',
      'END',
      'echo a \\',
      'b',
    ]);
    expect(screen).toContain('n1\r\nn2\r\n');
    expect(screen).toContain('> in here\r\n');
    expect(screen).toContain('> a b\r\n');
  });

  it('gives what is typed to the command that reads it', async () => {
    const screen = await talk([
      'read name',
      'someone',
      'echo "it was $name"',
      'cat > /tmp/note',
      'first',
      'second',
      '\u0004',
      'wc -l < /tmp/note',
      'echo still here',
    ]);
    expect(screen).toContain('it was someone\r\n');
    expect(screen).toContain('# 2\r\n');
    expect(screen).toContain('still here\r\n');
  });

  it('brings the line before back with the arrow key, and lets go of one that was not meant', async () => {
    const { shell } = shellOf();
    let screen = '';
    const target = { namespace: 'default', pod: 'client', container: 'main' };
    const session = await shell.session(target, (text) => void (screen += text));
    for (const keys of [
      'echo one\r',
      '\u001b[A\r',
      'echo nev\u0003',
      'for i in 1\r',
      '\u0003',
      'echo two\r',
    ]) {
      await expect.poll(() => screen).toMatch(/[#>] $/);
      session.input(keys);
    }
    await expect.poll(() => screen).toMatch(/two\r\n\/ # $/);
    session.input('\u0004');
    expect(await session.ended).toBe(0);
    expect(screen.match(/\r\none\r\n/g)).toHaveLength(2);
    expect(screen).not.toContain('\r\nnev');
  });

  it('ends what runs at the interrupt key, without a word, and tells so in the exit code', async () => {
    const { shell } = shellOf();
    let screen = '';
    const target = { namespace: 'default', pod: 'client', container: 'main' };
    const session = await shell.session(target, (text) => void (screen += text));
    session.input('x=kept\recho begun; sleep 1000; echo never\r');
    await expect.poll(() => screen).toMatch(/# begun\r\n$/);
    session.input('\u0003');
    await expect.poll(() => screen).toMatch(/\^C\r\n.*# $/);
    session.input('echo "it ended with $? and $x"\r');
    await expect.poll(() => screen).toContain('it ended with 130 and kept\r\n');
    expect(screen).not.toMatch(/aborted|\nnever/);
    session.input('\u0004');
    expect(await session.ended).toBe(0);
  });
});

describe('a shell at the end of a pipe', () => {
  const open = async () => {
    const { shell } = shellOf();
    const printed: string[] = [];
    const target = { namespace: 'default', pod: 'client', container: 'main' };
    const piped = await shell.piped(
      target,
      (_stream, bytes) => void printed.push(Buffer.from(bytes).toString()),
    );
    return { piped, printed, send: (text: string) => piped.input(Buffer.from(text)) };
  };

  it('runs each command as it comes', async () => {
    const { piped, printed, send } = await open();
    send('x=1\necho "x is $x"\nfor i in a b; do\n');
    await expect.poll(() => printed.join('')).toBe('x is 1\n');
    send('echo $i\ndone\n(exit 3)');
    piped.input(undefined);
    expect(await piped.ended).toBe(3);
    expect(printed.join('')).toBe('x is 1\na\nb\n');
  });

  it('ends where the script leaves it', async () => {
    const { piped, printed, send } = await open();
    send('echo a\nexit 5\necho b\n');
    expect(await piped.ended).toBe(5);
    expect(printed).toEqual(['a\n']);
  });

  it('takes no construct without end', async () => {
    const { piped, send } = await open();
    send(`echo "\n${'x\n'.repeat(200_000)}`);
    await expect(piped.ended).rejects.toThrow('does not end within 1000 lines');
  });
});

describe('a command without pauses', () => {
  it.each([
    ['loop', 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done; echo $i', '3000\n[0]'],
    ['for', 'for i in $(seq 3000); do x=$i; done; echo $x', '3000\n[0]'],
    ['function', 'f() { [ $1 -le 0 ] || { f $(($1-1)); f $(($1-1)); }; }; f 9; echo done', 'done\n[0]'],
  ])('lets others have their turn: %s', async (_name, script, expected) => {
    const { run } = shellOf();
    await run('true');
    let turns = 0;
    const count = setInterval(() => turns++, 1);
    expect(await run('sh', '-c', script)).toBe(expected);
    clearInterval(count);
    expect(turns).toBeGreaterThan(2);
  });

  it.each([
    ['a loop in a text', "eval 'while :; do :; :; :; :; :; done'"],
    ['a program', "awk 'BEGIN { for (i = 0; i < 9999; i++) for (j = 0; j < 9999; j++) x++ }'"],
    ['a text that doubles', "echo a | sed ':a;s/a/aa/g;ba'"],
  ])('is ended where nothing in it gives others their turn: %s', async (_name, script) => {
    const { run } = shellOf();
    const end = await run('sh', '-c', script);
    expect(end).toContain('ended: it computed for too long at a stretch');
    expect(end).not.toContain('[0]');
  });

  it('may wait as long as it likes in front of a program', async () => {
    const { cluster, run } = shellOf();
    const end = run('sh', '-c', "sleep 60; seq 3 | awk '{ n += $1 } END { print n }'");
    const clock = setInterval(() => cluster.advance('1m'), 50);
    expect(await end).toBe('6\n[0]');
    clearInterval(clock);
  });

  it('does not show in a trace that it did', async () => {
    const { run } = shellOf();
    expect(await run('sh', '-xc', 'for i in 1 2; do echo $i; done')).toBe('1\n2\n+ echo 1\n+ echo 2\n[0]');
  });
});
