import { describe, expect, it } from 'vitest';
import { textRenderer } from './render-text.js';

const render = (text: string, data = {}, missingKey: 'error' | 'default' = 'error'): string =>
  textRenderer({
    missingKey,
    functions: { shout: (word) => word.toUpperCase() },
    random: () => 0.5,
    now: () => 0,
  })(text, data);

describe('a text as a template', () => {
  it.each([
    ['{{ .a.b }}-{{ index .list 1 }}', { a: { b: 'x' }, list: [1, 2] }, 'x-2'],
    ['{{ .name | trunc 3 | shout }}', { name: 'abcdef' }, 'ABC'],
    ['{{- range .list }}{{ . }};{{ end }}', { list: ['a', 'b'] }, 'a;b;'],
    ['{{ toYaml .a }}', { a: { b: 1 } }, 'b: 1'],
    ['{{ define "x" }}in {{ . }}{{ end }}{{ template "x" .a }}', { a: 1 }, 'in 1'],
    ['{{ if hasKey . "b" }}yes{{ else }}no{{ end }}', {}, 'no'],
  ])('%s', (text, data, result) => expect(render(text, data)).toBe(result));

  it('stops at a key that is missing, or says that there is no value', () => {
    expect(() => render('{{ .none }}')).toThrow('map has no entry for key "none"');
    expect(render('{{ .none }}', {}, 'default')).toBe('<no value>');
  });

  it.each([
    'env',
    'expandenv',
    'lookup "v1" "Secret" "a"',
    'include',
    'tpl',
    'getHostByName',
    'nothing',
    'genPrivateKey',
    'genCA',
    'bcrypt',
    'htpasswd "a"',
    'derivePassword 1 "long" "a" "b"',
  ])('has no function %s', (name) => expect(() => render(`{{ ${name} "HOME" }}`)).toThrow('not defined'));

  it.each([
    ['{{ repeat 1000000 (repeat 1000 "xxxxxxxxxx") }}'],
    ['{{ range until 1000000 }}{{ range until 1000 }}x{{ end }}{{ end }}'],
    ['{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}'],
    ['{{ $all := until 1000000 }}{{ range until 100 }}{{ $sorted := sortAlpha $all }}{{ end }}'],
    ['{{ $text := repeat 1000000 "x" }}{{ range until 1000 }}{{ $hash := sha256sum $text }}{{ end }}'],
  ])('ends when it does too much: %s', (text) => expect(() => render(text)).toThrow());
});
