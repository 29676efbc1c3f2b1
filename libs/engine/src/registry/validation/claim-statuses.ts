import type { FieldError } from '../../api/api-error.js';
import type { PodSpec, PodStatus } from '../../types/index.js';
import { duplicate, invalidEach, invalidValue, required } from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems } from '../names.js';
import type { Sent } from './sent.js';

/** Which claims of devices were made for a pod (validatePodResourceClaimStatuses, validatePodExtendedResourceClaimStatus). */
export function validateClaimStatuses(status: PodStatus, spec: PodSpec | undefined): FieldError[] {
  return [...claimErrors(status, spec), ...extendedErrors(status, spec)];
}

function claimErrors({ resourceClaimStatuses = [] }: PodStatus, spec: PodSpec | undefined): FieldError[] {
  const known = new Set((spec?.resourceClaims ?? []).map(({ name }) => name));
  const seen = new Set<string>();
  return resourceClaimStatuses.flatMap((one, index) => {
    const { name = '', resourceClaimName } = one as Sent<typeof one>;
    const at = `status.resourceClaimStatuses[${index}]`;
    const isRepeated = seen.has(name);
    seen.add(name);
    return [
      ...(known.has(name)
        ? []
        : [invalidValue(`${at}.name`, name, 'must match the name of an entry in `spec.resourceClaims`')]),
      ...(isRepeated ? [duplicate(`${at}.name`, name)] : []),
      ...(resourceClaimName === undefined
        ? []
        : invalidEach(`${at}.resourceClaimName`, resourceClaimName, dnsSubdomainProblems(resourceClaimName))),
    ];
  });
}

function extendedErrors({ extendedResourceClaimStatus }: PodStatus, spec: PodSpec | undefined): FieldError[] {
  if (!extendedResourceClaimStatus) return [];
  const field = 'status.extendedResourceClaimStatus';
  const { requestMappings = [], resourceClaimName = '' } = extendedResourceClaimStatus as Sent<
    typeof extendedResourceClaimStatus
  >;
  const errors: FieldError[] = [];
  if (requestMappings.length === 0)
    errors.push(required(`${field}.requestMappings`, 'at least one request mapping is required'));
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const seen = new Set<string>();
  for (const [index, mapping] of requestMappings.entries()) {
    const at = `${field}.requestMappings[${index}]`;
    const { containerName = '', resourceName = '', requestName = '' } = mapping as Sent<typeof mapping>;
    const container = containers.find(({ name }) => name === containerName);
    if (!container)
      errors.push(
        invalidValue(
          `${at}.containerName`,
          containerName,
          'must match the name of an entry in spec.initContainers.name or spec.containers.name',
        ),
      );
    else if (!Object.hasOwn(container.resources?.requests ?? {}, resourceName))
      errors.push(
        invalidValue(
          `${at}.resourceName`,
          resourceName,
          'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests',
        ),
      );
    errors.push(...invalidEach(`${field}.requestName`, requestName, dnsLabelProblems(requestName)));
    const identity = JSON.stringify([containerName, resourceName, requestName]);
    if (seen.has(identity))
      errors.push(
        duplicate(`${at}.containerName`, containerName),
        duplicate(`${at}.resourceName`, resourceName),
        duplicate(`${at}.requestName`, requestName),
      );
    seen.add(identity);
  }
  return [
    ...errors,
    ...(resourceClaimName
      ? invalidEach(`${field}.resourceClaimName`, resourceClaimName, dnsSubdomainProblems(resourceClaimName))
      : [required(`${field}.resourceClaimName`)]),
  ];
}
