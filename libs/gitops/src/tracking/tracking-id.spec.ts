import { describe, expect, it } from 'vitest';
import { parseTrackingId, trackedBy, withTracking } from './tracking-id.js';

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
};

describe('tracking', () => {
  it("writes Argo CD's format", () => {
    expect(withTracking(deployment, 'guestbook', 'shop').metadata.annotations).toEqual({
      'argocd.argoproj.io/tracking-id': 'guestbook:apps/Deployment:shop/web',
    });
  });
  it('knows its own objects and not their copies', () => {
    const tracked = withTracking(deployment, 'guestbook', 'shop');
    expect(trackedBy(tracked)).toBe('guestbook');
    expect(trackedBy({ ...tracked, metadata: { ...tracked.metadata, name: 'copy' } })).toBeUndefined();
    expect(
      trackedBy({ ...tracked, metadata: { ...tracked.metadata, namespace: 'elsewhere' } }),
    ).toBeUndefined();
  });
  it.each(['', 'x', 'a:b', 'a:b/c', '__proto__'])('is not confused by %j', (text) =>
    expect(parseTrackingId(text)).toBeUndefined(),
  );
});
