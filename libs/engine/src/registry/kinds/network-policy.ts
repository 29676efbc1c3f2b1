import type { NetworkPolicy, NetworkPolicyPort } from '../../types/index.js';
import { each, fill, fillUnset, within } from '../fill.js';
import type { Strategy } from '../resource.js';
import { validateNetworkPolicy, validateWholeRanges } from '../validation/network-policy.js';

const defaultPort = (port: NetworkPolicyPort): NetworkPolicyPort => fillUnset(port, { protocol: 'TCP' });

/** networking.k8s.io/v1 NetworkPolicy. */
export const networkPolicyStrategy: Strategy<NetworkPolicy> = {
  defaults: (policy) =>
    within(policy, 'spec', (spec) => {
      const filled = fill(spec, {
        podSelector: {},
        policyTypes: (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'],
      });
      const rules = within(filled, 'ingress', (list) =>
        each(list, (rule) => within(rule, 'ports', (ports) => each(ports, defaultPort))),
      );
      return within(rules, 'egress', (list) =>
        each(list, (rule) => within(rule, 'ports', (ports) => each(ports, defaultPort))),
      );
    }),
  validate: ({ spec }) => [...validateNetworkPolicy(spec), ...validateWholeRanges(spec, undefined)],
  // What an older server took may stay.
  validatesUpdateAlone: true,
  validateUpdate: ({ spec }, old) => [...validateNetworkPolicy(spec), ...validateWholeRanges(spec, old.spec)],
};
