import type { ManagedResource, ObjectRef } from '../src/api/types.js';

/** A plausible object for a reference. */
export function manifestOf(
  ref: ObjectRef,
  image = 'registry.acme.dev/app:2.14.1',
  replicas = 3,
): Record<string, unknown> {
  const base = {
    apiVersion: ref.group ? `${ref.group}/${ref.version ?? 'v1'}` : (ref.version ?? 'v1'),
    kind: ref.kind,
    metadata: {
      name: ref.name,
      ...(ref.namespace ? { namespace: ref.namespace } : {}),
      labels: { app: ref.name, 'app.kubernetes.io/managed-by': 'lotse' },
    },
  };
  switch (ref.kind) {
    case 'Deployment':
      return {
        ...base,
        spec: {
          replicas,
          selector: { matchLabels: { app: ref.name } },
          template: {
            metadata: { labels: { app: ref.name } },
            spec: {
              containers: [
                {
                  name: 'app',
                  image,
                  ports: [{ name: 'http', containerPort: 8080 }],
                  env: [
                    { name: 'LOG_LEVEL', value: 'info' },
                    { name: 'CACHE_TTL', value: '300' },
                  ],
                  resources: { requests: { cpu: '120m', memory: '256Mi' }, limits: { memory: '512Mi' } },
                  readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 5 },
                },
              ],
            },
          },
        },
      };
    case 'ConfigMap':
      return {
        ...base,
        data: { 'app.yaml': 'cart:\n  rounding: line\n  currency: EUR\nsearch:\n  boost: 1.4\n' },
      };
    case 'Secret':
      return { ...base, type: 'Opaque', data: { password: '++++++++', 'api-key': '++++++++++' } };
    case 'Service':
      return {
        ...base,
        spec: {
          type: 'ClusterIP',
          selector: { app: ref.name },
          ports: [{ name: 'http', port: 80, targetPort: 'http' }],
        },
      };
    default:
      return { ...base, spec: {} };
  }
}

/** Live and desired state of one object; out-of-sync ones differ in image, replicas and a setting. */
export function managedOf(ref: ObjectRef, isOutOfSync: boolean, isMissing: boolean): ManagedResource {
  const target = manifestOf(ref, 'registry.acme.dev/app:2.15.0', 4);
  const live: Record<string, unknown> = {
    ...(isOutOfSync ? manifestOf(ref) : target),
    status: { observedGeneration: 4 },
  };
  if (isOutOfSync && ref.kind === 'ConfigMap')
    live['data'] = { 'app.yaml': 'cart:\n  rounding: total\n  currency: EUR\n' };
  const { status: _status, ...normalized } = live;
  return {
    ...ref,
    targetState: JSON.stringify(target),
    liveState: isMissing ? 'null' : JSON.stringify(live),
    normalizedLiveState: isMissing ? 'null' : JSON.stringify(normalized),
    predictedLiveState: JSON.stringify(target),
    modified: isOutOfSync || isMissing,
    hook: false,
  };
}
