import type { AdmissionPlugin } from './plugin.js';

const CONFIGURATIONS = new Set(['mutatingwebhookconfigurations', 'validatingwebhookconfigurations']);

/**
 * Webhooks are stored and shown but not called yet. They will be asked at the HTTP edge, before a write enters this
 * synchronous chain: the chain's own plugins first in a dry run, then the mutating webhooks, then the write with what they
 * changed, then the validating ones. Until then nobody should believe that they guard something.
 */
export const webhookNotice: AdmissionPlugin = {
  name: 'WebhookNotice',
  validate({ operation, resource, warn }) {
    if (
      operation !== 'DELETE' &&
      CONFIGURATIONS.has(resource.resource) &&
      resource.group === 'admissionregistration.k8s.io'
    )
      warn?.(
        'this cluster does not call admission webhooks yet: the configuration is kept but has no effect',
      );
  },
};
