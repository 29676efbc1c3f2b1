import type { FieldError } from '../../api/api-error.js';
import type { APIService } from '../../types/index.js';
import { invalidValue, notSupported, required } from '../field-errors.js';
import { fill, within } from '../fill.js';
import { dns1035Problems, dnsSubdomainProblems, pathSegmentProblems, portNumberProblems } from '../names.js';
import type { Strategy } from '../resource.js';

const HIGHEST_GROUP_PRIORITY = 20_000;
const HIGHEST_VERSION_PRIORITY = 1000;
const STATUSES = ['True', 'False', 'Unknown'];

/** apiregistration.k8s.io/v1 APIService: a version of a group, served here or by the server behind a service. */
export const apiServiceStrategy: Strategy<APIService> = {
  allowUnconditionalUpdate: false,
  generation: false,
  nameProblems: pathSegmentProblems,
  defaults: (service) =>
    within(service, 'spec', (spec) => within(spec, 'service', (reference) => fill(reference, { port: 443 }))),
  validate: validateApiService,
  validateUpdate: validateApiService,
  validatesUpdateAlone: true,
  statusKeeps: 'metadata',
  validateStatus: ({ status }) =>
    (status?.conditions ?? []).flatMap((condition, index) =>
      STATUSES.includes(condition.status)
        ? []
        : [notSupported(`status.conditions[${index}].status`, condition.status, STATUSES)],
    ),
};

function validateApiService({ metadata, spec }: APIService): FieldError[] {
  // A client may have left out what the types say is always there.
  const {
    group = '',
    version = '',
    groupPriorityMinimum = 0,
    versionPriority = 0,
    service,
    caBundle,
    insecureSkipTLSVerify,
  } = (spec ?? {}) as Partial<NonNullable<APIService['spec']>>;
  const errors: FieldError[] = [];
  const name = `${version}.${group}`;
  if (metadata.name !== name)
    errors.push(
      invalidValue(
        'metadata.name',
        metadata.name,
        `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(name)}`,
      ),
    );
  if (group === '' && version !== 'v1')
    errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  if (group !== '')
    for (const problem of dnsSubdomainProblems(group))
      errors.push(invalidValue('spec.group', group, problem));
  for (const problem of dns1035Problems(version)) errors.push(invalidValue('spec.version', version, problem));
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > HIGHEST_GROUP_PRIORITY)
    errors.push(
      invalidValue('spec.groupPriorityMinimum', groupPriorityMinimum, 'must be positive and less than 20000'),
    );
  if (versionPriority <= 0 || versionPriority > HIGHEST_VERSION_PRIORITY)
    errors.push(invalidValue('spec.versionPriority', versionPriority, 'must be positive and less than 1000'));
  const hasBundle = caBundle !== undefined && caBundle !== '';
  if (!service) {
    if (hasBundle)
      errors.push(
        invalidValue(
          'spec.caBundle',
          `${Buffer.from(caBundle, 'base64').length} bytes`,
          'local APIServices may not have a caBundle',
        ),
      );
    if (insecureSkipTLSVerify)
      errors.push(
        invalidValue(
          'spec.insecureSkipTLSVerify',
          true,
          'local APIServices may not have insecureSkipTLSVerify',
        ),
      );
    return errors;
  }
  if (!service.namespace) errors.push(required('spec.service.namespace'));
  if (!service.name) errors.push(required('spec.service.name'));
  for (const problem of portNumberProblems(service.port ?? 0))
    errors.push(invalidValue('spec.service.port', service.port, `port is not valid: ${problem}`));
  if (insecureSkipTLSVerify && hasBundle)
    errors.push(invalidValue('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  return errors;
}
