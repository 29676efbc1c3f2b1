import { describe, expect, it } from 'vitest';
import type { TreeNode } from '../../api/types.js';
import { troubleOf } from './trouble.js';

const node = (kind: string, name: string, status: string, reason?: string, message?: string) =>
  ({
    kind,
    name,
    namespace: 'ns',
    uid: name,
    health: { status, ...(message ? { message } : {}) },
    info: reason ? [{ name: 'Status Reason', value: reason }] : [],
  }) as unknown as TreeNode;

describe('the reason behind a health', () => {
  it('is the commonest trouble of pods, not that of who made them', () => {
    expect(
      troubleOf([
        node('ReplicaSet', 'r', 'Degraded'),
        node('Pod', 'a', 'Degraded', 'CrashLoopBackOff'),
        node('Pod', 'b', 'Degraded', 'ImagePullBackOff'),
        node('Pod', 'c', 'Degraded', 'ImagePullBackOff'),
        node('Pod', 'd', 'Healthy', 'Running'),
      ]),
    ).toEqual({ text: '2 Pods ImagePullBackOff', id: '/Pod/ns/b' });
  });

  it('names a single object, and takes its message when it gives no reason', () => {
    expect(troubleOf([node('Job', 'migrate', 'Degraded', undefined, 'Deadline exceeded')])?.text).toBe(
      'Job migrate Deadline exceeded',
    );
  });

  it('is nothing when nothing is broken', () => {
    expect(troubleOf([node('Pod', 'a', 'Progressing', 'Pending')])).toBeUndefined();
  });
});
