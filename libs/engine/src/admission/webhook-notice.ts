import type { AdmissionPlugin } from './plugin.js';

const CONFIGURATIONS = new Set(['mutatingwebhookconfigurations', 'validatingwebhookconfigurations']);

/**
 * A cluster without a way out (a rehearsal, a fork in virtual time) keeps webhooks but can't call them: nobody should believe
 * that they guard something there.
 */
export const webhookNotice: AdmissionPlugin = {
  name: 'WebhookNotice',
  validate({ operation, resource, warn }, { webhooks }) {
    if (
      webhooks?.isConnected !== true &&
      operation !== 'DELETE' &&
      CONFIGURATIONS.has(resource.resource) &&
      resource.group === 'admissionregistration.k8s.io'
    )
      warn?.(
        'this cluster has no way to call admission webhooks: the configuration is kept but has no effect',
      );
  },
};
