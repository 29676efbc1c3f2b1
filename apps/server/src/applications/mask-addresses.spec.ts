import { describe, expect, it } from 'vitest';
import { maskAddresses } from './mask-addresses.js';

describe('the addresses of an application that is shown', () => {
  it('have no passwords, wherever they stand', () => {
    const shown = maskAddresses({
      items: [
        {
          spec: { sources: [{ repoURL: 'https://me:secret@example.org/x' }] },
          status: { history: [{ id: 1, source: { repoURL: 'https://:sec@ret@example.org/x' } }] },
        },
      ],
    });
    expect(shown).toEqual({
      items: [
        {
          spec: { sources: [{ repoURL: 'https://me:***@example.org/x' }] },
          status: { history: [{ id: 1, source: { repoURL: 'https://:***@example.org/x' } }] },
        },
      ],
    });
  });

  it('are the very same object when there is nothing to hide', () => {
    const application = { spec: { source: { repoURL: 'ssh://git@example.org:22/x' } }, list: [1, null] };
    expect(maskAddresses(application)).toBe(application);
  });

  it('keep keys that prototypes know', () => {
    const hostile = JSON.parse('{"__proto__": {"repoURL": "https://a:b@c"}, "x": 1}') as object;
    expect(JSON.stringify(maskAddresses(hostile))).toBe('{"__proto__":{"repoURL":"https://a:***@c"},"x":1}');
  });
});
