import { describe, expect, it } from 'vitest';
import { belongs, topicKey } from './topic.js';

describe('live topics', () => {
  it('share one subscription when they mean the same', () => {
    expect(topicKey({ topic: 'cluster', resource: 'pods' })).toBe(
      topicKey({ topic: 'cluster', resource: 'pods', namespace: undefined }),
    );
    expect(topicKey({ topic: 'application', name: 'a' })).not.toBe(
      topicKey({ topic: 'application', name: 'b' }),
    );
  });

  it('take only messages about themselves', () => {
    expect(belongs({ topic: 'application', name: 'a' }, { topic: 'application', name: 'a' })).toBe(true);
    expect(belongs({ topic: 'application', name: 'b' }, { topic: 'application', name: 'a' })).toBe(false);
    expect(belongs({ topic: 'applications' }, { topic: 'application', name: 'a' })).toBe(false);
    expect(
      belongs(
        { topic: 'cluster', resource: 'pods', namespace: 'x' },
        { topic: 'cluster', resource: 'pods', namespace: 'y' },
      ),
    ).toBe(false);
    expect(belongs({ topic: 'cluster', resource: 'nodes' }, { topic: 'cluster', resource: 'pods' })).toBe(
      false,
    );
  });

  it('tell a namespace from all namespaces', () => {
    expect(
      belongs({ topic: 'cluster', resource: 'pods', namespace: 'x' }, { topic: 'cluster', resource: 'pods' }),
    ).toBe(false);
    expect(
      belongs({ topic: 'cluster', resource: 'pods' }, { topic: 'cluster', resource: 'pods', namespace: 'x' }),
    ).toBe(false);
  });
});
