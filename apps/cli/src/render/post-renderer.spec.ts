import { describe, expect, it } from 'vitest';
import { programPostRenderer } from './post-renderer.js';

const node = (script: string) => programPostRenderer(process.execPath, ['-e', script]);

describe('a program as post-renderer', () => {
  it('gets the manifests and answers with what it prints', () => {
    const shout = node(
      'process.stdin.on("data", (text) => process.stdout.write(String(text).toUpperCase()))',
    );
    expect(shout('kind: a\n')).toBe('KIND: A\n');
  });

  it('that fails is told with what it said', () => {
    const fail = node('console.error("no such overlay"); process.exit(3)');
    expect(() => fail('kind: a\n')).toThrow(/error output:\nno such overlay: exit status 3$/);
  });

  it('that is not there is named', () => {
    expect(() => programPostRenderer('/nonexistent/kustomize', [])('')).toThrow(
      'cannot run /nonexistent/kustomize: there is no such program',
    );
  });

  it('may end without reading everything', () => {
    expect(node('process.stdout.write("kind: b")')(`kind: ${'a'.repeat(1_000_000)}`)).toBe('kind: b');
  });
});
