import { describe, expect, it } from 'vitest';
import { ActionMemory } from './action-memory.js';
import { type AnyNode, nodeText } from './nodes.js';
import { bodiesOf } from './parsed-template.js';
import { parseTemplate } from './parser.js';

const FUNCTIONS = new Set(['print', 'include']);
const memory = (): ActionMemory => new ActionMemory((name) => FUNCTIONS.has(name));

function written(text: string, shared = memory()): string {
  return nodeText(parseTemplate({ name: 'a.yaml', text }, shared).root);
}

describe('an action read a second time', () => {
  it.each([
    ['{{ .a.b | print "x" }}{{ .a.b | print "x" }}', '{{.a.b | print "x"}}{{.a.b | print "x"}}'],
    ['{{- .a -}} \n {{- .a -}} b {{- .a }} c', '{{.a}}{{.a}}b{{.a}} c'],
    [
      '{{if .a}}1{{else}}2{{end}}{{if .a}}1{{else}}2{{end}}',
      '{{if .a}}1{{else}}2{{end}}{{if .a}}1{{else}}2{{end}}',
    ],
    [
      '{{range .a}}{{.b}}{{end}}{{range .a}}{{.b}}{{end}}',
      '{{range .a}}{{.b}}{{end}}{{range .a}}{{.b}}{{end}}',
    ],
    ['{{ "}}" }}{{ "}}" }}', '{{"}}"}}{{"}}"}}'],
    ['{{ "}" }}{{ "}" }}}', '{{"}"}}{{"}"}}}'],
    ['{{ $x := 1 }}{{ $x }}{{ $x := 1 }}{{ $x }}', '{{$x := 1}}{{$x}}{{$x := 1}}{{$x}}'],
  ])('%j is %s', (text, expected) => {
    expect(written(text)).toBe(expected);
  });

  it('is the same nodes', () => {
    const { root } = parseTemplate({ name: 'a', text: '{{ print .a }} {{ print .a }}' }, memory());
    const [first, , second] = root.nodes as readonly (AnyNode & { type: 'action' })[];
    expect(second?.pipe).toBe(first?.pipe);
    expect([first?.start, second?.start]).toEqual([0, 15]);
  });

  it('is refused where its variable is not declared', () => {
    const shared = memory();
    written('{{ $x := 1 }}{{ print $x }}', shared);
    expect(() => written('a\n{{ print $x }}', shared)).toThrow('template: a.yaml:2: undefined variable "$x"');
  });

  it('ends no list that is not open, and names the line', () => {
    const shared = memory();
    written('{{ if .a }}{{ end }}', shared);
    expect(() => written('\n\n{{ end }}', shared)).toThrow('template: a.yaml:3: unexpected {{end}}');
    expect(() => written('{{ if .a }}\n', shared)).toThrow('template: a.yaml:2: unexpected EOF');
  });

  it('does not declare what it declared the first time for others', () => {
    const shared = memory();
    written('{{ if $y := .a }}{{ $y }}{{ end }}', shared);
    expect(() => written('{{ if .a }}{{ $y }}{{ end }}', shared)).toThrow('undefined variable "$y"');
    expect(written('{{ if $y := .a }}{{ $y }}{{ end }}', shared)).toBe('{{if $y := .a}}{{$y}}{{end}}');
  });
});

describe('one text under several names', () => {
  const text = '{{ define "b" }}B{{ end }}A';

  it('is the same templates, each with its name', () => {
    const parsed = parseTemplate({ name: 'a', text }, memory());
    const names = (name: string): string[] => bodiesOf({ name, text }, parsed).map((body) => body.name);
    expect([names('a'), names('c')]).toEqual([
      ['a', 'b'],
      ['c', 'b'],
    ]);
  });

  it('is refused under the name it defines itself', () => {
    const parsed = parseTemplate({ name: 'a', text }, memory());
    expect(() => bodiesOf({ name: 'b', text }, parsed)).toThrow(
      'template: b:1: template: multiple definition of template "b"',
    );
  });
});

describe('fields', () => {
  it.each([
    ['{{ .a.b.c }}', '{{.a.b.c}}'],
    ['{{ $.a.b | print }}', '{{$.a.b | print}}'],
    ['{{ (print .a).b.c }}', '{{(print .a).b.c}}'],
    ['{{ print.a }}', '{{print.a}}'],
    ['{{ .a.\u00e4\u00f6.c }}', '{{.a.\u00e4\u00f6.c}}'],
    ['{{.a.b}}', '{{.a.b}}'],
    ['{{ .a.b -}} x', '{{.a.b}}x'],
    ['{{ print "a\\"b" "c\\n" "" `d` }}', '{{print "a\\"b" "c\\n" "" `d`}}'],
  ])('%j are %s', (text, expected) => {
    expect(written(text)).toBe(expected);
  });

  it.each([
    ['{{ .a.b! }}', "bad character U+0021 '!'"],
    ['{{ .a.b} }}', "bad character U+007D '}'"],
    ['{{ .a.1 }}', 'unexpected ".1" in operand'],
    ['{{ "a".b }}', 'unexpected . after term "\\"a\\""'],
    ['{{ true.b.c }}', 'unexpected . after term "true"'],
    ['{{ print "a\nb" }}', 'unterminated quoted string'],
    ['{{ ..a\n  b }}', 'template: a.yaml:1: unexpected . after term "."'],
    ['{{ template .a.b }}', 'unexpected ".a" in template clause'],
  ])('%j are refused', (text, expected) => {
    expect(() => written(text)).toThrow(expected);
  });
});

describe('what stands where nothing of it belongs', () => {
  it.each([
    ['{{ if -}}  ', 'missing value for if'],
    ['{{ template -}}  x', 'unexpected "}}" in template clause'],
    ['{{ range .a }}{{ else if .b }}{{ end }}', 'unexpected <if> in input'],
    ['{{ if (.a }}', 'unclosed left paren'],
    ['{{ .a \n', 'unclosed action'],
    ['{{ if .a\n\n', 'unclosed action started at a.yaml:1'],
    ['{{/* a }}', 'unclosed comment'],
    ['{{ $x, $y := .a }}', 'too many declarations in command'],
    ['{{ range $x, 1 }}{{ end }}', 'range can only initialize variables'],
    ['{{ 1a }}', 'bad number syntax: "1a"'],
    ['{{ .a | 1 }}', 'non executable command in pipeline stage 2'],
    [`{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`, 'max expression depth exceeded'],
  ])('%j is refused', (text, expected) => {
    expect(() => written(text)).toThrow(expected);
  });
});

describe('a long template', () => {
  it('is read in one pass, also where fields end in what ends none', () => {
    const fields = '.a'.repeat(50_000);
    expect(() => written(`{{ ${fields}! }}`)).toThrow('bad character');
    expect(written(`{{ ${fields}\u00e4 }}`)).toBe(`{{${fields}\u00e4}}`);
  });

  it('may declare many variables and name each', () => {
    const all = Array.from({ length: 30_000 }, (_, index) => `{{ $v${index} := 1 }}{{ $v${index} }}`).join(
      '',
    );
    expect(written(`${all}{{ $v0 }}`).endsWith('{{$v0}}')).toBe(true);
  });
});

it('forgets a variable that hid another where its block ends', () => {
  expect(written('{{ $x := 1 }}{{ if .a }}{{ $x := 2 }}{{ end }}{{ $x }}')).toContain('{{$x}}');
  expect(() => written('{{ if .a }}{{ $x := 2 }}{{ end }}{{ $x }}')).toThrow('undefined variable "$x"');
});
