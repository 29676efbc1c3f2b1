import type { Container, PodSpec, PodTemplateSpec } from '../../types/index.js';
import { each, fill, within } from '../fill.js';
import { defaultContainer, hostPortsFromPorts, requestsFromLimits } from './containers.js';
import { defaultVolume } from './volumes.js';

/** What Kubernetes fills into a pod's spec, wherever it stands: pods and templates alike (v1/defaults.go). */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  let filled = fill(spec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    // The old name of the field, kept in step for old clients.
    serviceAccount: spec.serviceAccountName,
    serviceAccountName: spec.serviceAccount,
  });
  filled = eachContainer(filled, defaultContainer);
  return within(filled, 'volumes', (volumes) => each(volumes, defaultVolume));
}

/** What only a pod of its own gets, not a template. */
export function defaultBarePodSpec(spec: PodSpec): PodSpec {
  const filled = eachContainer(fill(defaultPodSpec(spec), { enableServiceLinks: true }), requestsFromLimits);
  return filled.hostNetwork ? eachContainer(filled, hostPortsFromPorts) : filled;
}

/** The template of a workload. */
export function defaultPodTemplate(template: PodTemplateSpec): PodTemplateSpec {
  return within(template, 'spec', defaultPodSpec);
}

function eachContainer(spec: PodSpec, change: (container: Container) => Container): PodSpec {
  let changed = within(spec, 'containers', (containers) => each(containers, change));
  changed = within(changed, 'initContainers', (containers) => each(containers, change));
  return within(changed, 'ephemeralContainers', (containers) =>
    each(containers, (container) => change(container as Container) as typeof container),
  );
}
