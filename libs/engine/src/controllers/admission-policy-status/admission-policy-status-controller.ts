import { ValidatingAdmissionPolicies } from '../../clients/resource-type.js';
import type { ValidatingAdmissionPolicy } from '../../types/index.js';
import type { Controller } from '../controller.js';
import { startKeyedController } from '../shared/keyed-controller.js';
import { typeWarnings } from './type-check.js';

const NAME = 'validatingadmissionpolicy-status-controller';

/** Says in the status of a policy what is doubtful about its expressions (pkg/controller/validatingadmissionpolicystatus). */
export const admissionPolicyStatusController: Controller = {
  name: NAME,
  start(context) {
    const { client, registry } = context;
    const reconcile = (policy: ValidatingAdmissionPolicy): undefined => {
      const { generation = 0 } = policy.metadata;
      if (generation <= (policy.status?.observedGeneration ?? 0)) return;
      const warnings = typeWarnings(policy, registry);
      const typeChecking = warnings.length > 0 ? { expressionWarnings: warnings } : {};
      const status = { ...policy.status, observedGeneration: generation, typeChecking };
      client.updateStatus(ValidatingAdmissionPolicies, { ...policy, status });
    };
    return startKeyedController(context, NAME, ValidatingAdmissionPolicies, reconcile);
  },
};
