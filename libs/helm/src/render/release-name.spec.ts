import { describe, expect, it } from 'vitest';
import { assertReleaseName } from './release-name.js';

describe('the name of a release', () => {
  it.each(['a', '0', 'web', 'a-b', 'a.b', 'a--b', 'x'.repeat(53)])('may be %j', (name) => {
    expect(() => assertReleaseName(name)).not.toThrow();
  });

  it.each(['Web', 'a_b', '-a', 'a-', 'a..b', 'a b', 'a\n', 'x'.repeat(54)])('may not be %j', (name) => {
    expect(() => assertReleaseName(name)).toThrow(
      `release name check failed: release name "${name}": invalid release name, must match regex`,
    );
  });

  it('has to be there', () => {
    expect(() => assertReleaseName('')).toThrow('release name "": no name provided');
  });
});
