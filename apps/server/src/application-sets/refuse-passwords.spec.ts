import type { JsonValue } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { refusePasswords } from './refuse-passwords.js';

const template = (source: JsonValue): JsonValue => ({ generators: [], template: { spec: { source } } });

describe('the passwords of an application set', () => {
  it.each<[string, JsonValue]>([
    ['spec.template.spec.source.repoURL', template({ repoURL: 'https://me:secret@example.org/x.git' })],
    [
      'spec.template.spec.source.repoURL',
      template({ repoURL: 'https://{{user}}:{{password}}@example.org/x' }),
    ],
    [
      'spec.generators[0].git.repoURL',
      { generators: [{ git: { repoURL: 'HTTPS://:token@example.org/x' } }] },
    ],
    [
      'spec.generators[0].matrix.generators[0].list.elements[0].repo',
      {
        generators: [{ matrix: { generators: [{ list: { elements: [{ repo: 'ssh://a:secret@b/x' }] } }] } }],
      },
    ],
  ])('are refused at %s and not repeated', (field, spec) => {
    expect(() => refusePasswords(spec)).toThrow(`${field} contains a password`);
    expect(() => refusePasswords(spec)).not.toThrow(/secret|token@/);
  });

  it.each<[JsonValue]>([
    [template({ repoURL: 'https://example.org:8443/x.git' })],
    [template({ repoURL: 'ssh://git@example.org/x.git' })],
    [template({ repoURL: '{{.url}}' })],
    [template({ repoURL: 'x', helm: { values: 'url: postgres://a:b@c/d' } })],
  ])('are not seen in %j', (spec) => {
    expect(() => refusePasswords(spec)).not.toThrow();
  });

  it('does not follow what is nested without end', () => {
    let spec: JsonValue = 'x';
    for (let depth = 0; depth < 100_000; depth++) spec = [spec];
    expect(() => refusePasswords(spec)).toThrow('nested too deeply');
  });
});
