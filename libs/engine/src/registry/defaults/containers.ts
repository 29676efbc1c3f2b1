import type { Container, HTTPGetAction, Lifecycle, Probe } from '../../types/index.js';
import { each, fill, within } from '../fill.js';

/** Always for `:latest` or no tag at all, IfNotPresent for everything that is pinned (v1/defaults.go). */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^:/]*)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

const httpGet = (action: HTTPGetAction): HTTPGetAction => fill(action, { path: '/', scheme: 'HTTP' });

const TIMINGS = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

/** A probe's timings and its request. No time and no tries say as little as nothing. */
export function defaultProbe(probe: Probe): Probe {
  const isZero = (Object.keys(TIMINGS) as (keyof typeof TIMINGS)[]).some((key) => probe[key] === 0);
  const said = isZero
    ? (Object.fromEntries(
        Object.entries(probe).filter(([key, value]) => !(key in TIMINGS && value === 0)),
      ) as Probe)
    : probe;
  const timed = fill(said, TIMINGS);
  return within(within(timed, 'httpGet', httpGet), 'grpc', (grpc) => fill(grpc, { service: '' }));
}

function defaultLifecycle(lifecycle: Lifecycle): Lifecycle {
  const handler = (one: NonNullable<Lifecycle['preStop']>) => within(one, 'httpGet', httpGet);
  return within(within(lifecycle, 'postStart', handler), 'preStop', handler);
}

/** What a container gets when it does not say. Ephemeral containers are defaulted alike. */
export function defaultContainer(container: Container): Container {
  let filled = fill(container, {
    imagePullPolicy: defaultPullPolicy(container.image ?? ''),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  });
  filled = within(filled, 'ports', (ports) => each(ports, (port) => fill(port, { protocol: 'TCP' })));
  filled = within(filled, 'livenessProbe', defaultProbe);
  filled = within(filled, 'readinessProbe', defaultProbe);
  filled = within(filled, 'startupProbe', defaultProbe);
  filled = within(filled, 'lifecycle', defaultLifecycle);
  return within(filled, 'env', (env) =>
    each(env, (variable) =>
      within(variable, 'valueFrom', (from) =>
        within(from, 'fieldRef', (ref) => fill(ref, { apiVersion: 'v1' })),
      ),
    ),
  );
}

/** On pods (not templates) a limit without a request is a request too. */
export function requestsFromLimits(container: Container): Container {
  const { limits, requests } = container.resources ?? {};
  if (!limits) return container;
  const filled = fill(requests ?? {}, limits);
  return filled === requests
    ? container
    : { ...container, resources: { ...container.resources, requests: filled } };
}

/** With the host's network, a container port is a host port. */
export function hostPortsFromPorts(container: Container): Container {
  return within(container, 'ports', (ports) =>
    each(ports, (port) => fill(port, { hostPort: port.containerPort })),
  );
}
