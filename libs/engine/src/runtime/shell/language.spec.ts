import { describe, expect, it } from 'vitest';
import { ScriptTimeline } from './script-timeline.js';
import { emptyFiles, surroundings } from './testing/surroundings.js';

function ran(script: string, shell = 'sh'): readonly string[] {
  const files = emptyFiles();
  files.write('/etc/app.conf', 'host=@HOST@\nport=80\n# note\nuser=me\n');
  files.write('/entry.sh', '#!/bin/sh\nset -e\necho "$0 $# $*"\nexec "$@"\n', { mode: 0o755 });
  files.write('/etc/hosts', '10.0.0.1\tdb-0.db.shop.svc.cluster.local\tdb-0\n');
  files.mkdir('/docker-entrypoint.d');
  for (const name of ['20-b.sh', '10-a.sh', 'readme'])
    files.write(`/docker-entrypoint.d/${name}`, `echo ${name}\n`);
  const timeline = new ScriptTimeline(
    [shell, '-c', script],
    surroundings({
      files: () => files,
      env: new Map([
        ['HOME', '/root'],
        ['NAME', 'web'],
        ['HOSTNAME', 'db-0'],
      ]),
    }),
  );
  timeline.follow(60_000);
  const code = timeline.end?.exitCode;
  return [...timeline.lines(Infinity).map(({ text }) => text), ...(code ? [`exit ${code}`] : [])];
}

describe('the language of entry points', () => {
  it.each<[string, string, readonly string[]]>([
    ['cases', 'case "$NAME-1" in db*) echo db;; web-[0-9] | www) echo web;; *) echo other;; esac', ['web']],
    ['functions', 'f() { local x=in; echo "$1 $x"; return 3; }; x=out; f a; echo "$? $x"', ['a in', '3 out']],
    ['defaults', 'echo ${A:-none} ${NAME:+set} ${B:=kept}; echo $B', ['none set kept', 'kept']],
    ['what is required', ': ${A:?is missing}; echo no', ['sh: A: is missing', 'exit 2']],
    [
      'parts of values',
      'x=/a/b.tar.gz; echo ${x##*/} ${x%.*} ${x%%.*} ${x#/a} ${#x}',
      ['b.tar.gz /a/b.tar /a/b /b.tar.gz 11'],
    ],
    ['replacements', 'x=a-b-c; echo ${x/-/+} ${x//-/+} ${x:2} ${x:2:1} ${x^^}', ['a+b-c a+b+c b-c b A-B-C']],
    [
      'here-documents',
      'cat <<EOF > /out\nname: $NAME\n\tcost: \\$5\nEOF\ncat /out',
      ['name: web', '\tcost: $5'],
    ],
    ['here-documents as they are', "cat <<'EOF'\n$NAME `x`\nEOF", ['$NAME `x`']],
    ['here-documents without tabs', 'if true; then\n\tcat <<-EOF\n\t\tin\n\tEOF\nfi', ['in']],
    [
      'an end at what fails',
      'set -e; false || echo checked; if false; then :; fi; false; echo no',
      ['checked', 'exit 1'],
    ],
    [
      'values that are not set',
      'set -u; echo ${A:-fine}; echo $A; echo no',
      ['fine', 'sh: A: parameter not set', 'exit 2'],
    ],
    ['a trace', 'set -x; echo $NAME', ['+ echo web', 'web']],
    ['variables of one command', 'X=1 sh -c "echo $X-\\$X"; echo "[$X]"', ['-1', '[]']],
    [
      'all parameters',
      'set -- "a b" c; for x in "$@"; do echo "<$x>"; done; for x; do echo $x; done',
      ['<a b>', '<c>', 'a b', 'c'],
    ],
    ['subshells', 'x=1; (x=2; cd /etc; exit 5); echo "$? $x $(pwd)"', ['5 1 /']],
    ['exit within a part of a pipe', 'echo a | while read x; do exit 7; done; echo $?', ['7']],
    [
      'names of files',
      'for f in /docker-entrypoint.d/*.sh; do . $f; done; echo /none/*',
      ['10-a.sh', '20-b.sh', '/none/*'],
    ],
    ['a script that hands over', '/entry.sh echo done; echo $?', ['/entry.sh 2 echo done', 'done', '0']],
    [
      'loops in loops',
      'for i in 1 2 3; do for j in a b; do [ $i = 2 ] && continue 2; [ $i = 3 ] && break 2; echo $i$j; done; done',
      ['1a', '1b'],
    ],
    [
      'both outputs',
      'sh -c "echo out; echo err >&2" > /all 2>&1; wc -l < /all; { echo e >&2; } 2>/dev/null',
      ['2'],
    ],
    [
      'names they were called by',
      "/bin/sh -c 'echo $0; cd /none'; sh -c 'echo $0'; /agnhost entrypoint-tester a; agnhost entrypoint-tester",
      [
        '/bin/sh',
        "/bin/sh: cd: can't cd to /none: No such file or directory",
        'sh',
        '[/agnhost entrypoint-tester a]',
        '[agnhost entrypoint-tester]',
      ],
    ],
    ['streams of their own', 'exec 3>/three; echo x >&3; cat /three', ['x']],
    [
      'calculations',
      'i=5; echo $((i++ * 2)) $i $(((i+1)*2)) $((i>5 ? 1 : 0)) $((0x10)) $(( (i & 4) << 1 ))',
      ['10 6 14 1 16 8'],
    ],
    [
      'fields of a line',
      'echo a:b:c | { IFS=: read x y; echo "$x $y"; }; while IFS= read -r l; do echo "[$l]"; done < /etc/app.conf | head -1',
      ['a b:c', '[host=@HOST@]'],
    ],
    [
      'options',
      'set -- -v -n 3 rest; while getopts vn: o; do echo "$o $OPTARG"; done; shift $((OPTIND-1)); echo $1',
      ['v ', 'n 3', 'rest'],
    ],
    ['formats', 'printf "%-4s|%03d|%x\\n" a 7 255 b 8 16', ['a   |007|ff', 'b   |008|10']],
    ['tests', '[ -f /etc/app.conf -a ! -d /etc/app.conf ] && [ 2 -gt 1 ] && test -z "" && echo yes', ['yes']],
    [
      'names of its own',
      'hostname; hostname -f; hostname -d; hostname -s; hostname -i',
      ['db-0', 'db-0.db.shop.svc.cluster.local', 'db.shop.svc.cluster.local', 'db-0', '10.0.0.1'],
    ],
    ['where programs are', 'command -v cat; command -v nothing-such || echo none', ['/bin/cat', 'none']],
    ['an end of its own', 'trap "echo bye" EXIT; exit 3', ['bye', 'exit 3']],
    [
      'edits',
      'sed -i "s/@HOST@/${NAME}.local/; /^#/d; s/^port=\\(.*\\)/port=\\18/" /etc/app.conf; cat /etc/app.conf',
      ['host=web.local', 'port=808', 'user=me'],
    ],
    [
      'prints of lines',
      "sed -n '2,3p;$=' /etc/app.conf; sed -E '1!d;s/(h)(o)/\\2\\1/' /etc/app.conf",
      ['port=80', '# note', '4', 'ohst=@HOST@'],
    ],
    [
      'searches',
      "grep -E '^(host|user)=' /etc/app.conf; grep -c = /etc/app.conf; grep -on '[0-9]*$' /etc/app.conf",
      ['host=@HOST@', 'user=me', '3', '2:80'],
    ],
    [
      'other letters',
      "echo 'Hello  World' | tr 'A-Z' 'a-z' | tr -s ' ' '_'; echo abc123 | tr -dc 0-9",
      ['hello_world', '123'],
    ],
  ])('%s', (_, script, lines) => {
    expect(ran(script)).toEqual(lines);
  });

  it('of Bash as well', () => {
    expect(
      ran('[[ $NAME == w* && -d /etc ]] && echo yes; [[ a5 =~ ^a[0-9]$ ]] && echo {1..3}', 'bash'),
    ).toEqual(['yes', '1 2 3']);
  });

  it('is given up where a pattern would take for ever', () => {
    const stars = '*a'.repeat(2000);
    expect(
      ran(`x=$(printf '%065536d' 0); case $x in ${stars}) echo no;; *) echo given up;; esac; echo \${#x}`),
    ).toEqual(['given up', '4096']);
  });

  it('has an end for functions that call themselves', () => {
    expect(ran('f() { f; }; f; echo no')).toEqual(['sh: functions are nested too deep', 'exit 2']);
    expect(ran('f() { f | f; }; f; echo on').at(-1)).toBe('on');
  });
});
