import type { FieldError } from '../../api/api-error.js';
import type { EndpointAddress, EndpointPort, EndpointSubset } from '../../types/index.js';
import { invalidEach, required } from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems, portNumberProblems } from '../names.js';
import { validateAddress, validateReachable } from './addresses.js';
import { labelName, oneOf } from './paths.js';

/** What a port may carry, in the order Kubernetes lists it. */
export const PORT_PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** The subsets of Endpoints (validateEndpointSubsets). */
export function validateSubsets(subsets: readonly EndpointSubset[], field: string): FieldError[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, index) => {
    const at = `${field}[${index}]`;
    const isEmpty = addresses.length === 0 && notReadyAddresses.length === 0;
    return [
      ...(isEmpty ? [required(at, 'must specify `addresses` or `notReadyAddresses`')] : []),
      ...addresses.flatMap((one, place) => validateEndpoint(one, `${at}.addresses[${place}]`)),
      ...notReadyAddresses.flatMap((one, place) =>
        validateEndpoint(one, `${at}.notReadyAddresses[${place}]`),
      ),
      ...ports.flatMap((port, place) => validatePort(port, ports.length > 1, `${at}.ports[${place}]`)),
    ];
  });
}

function validateEndpoint({ ip, hostname, nodeName }: Partial<EndpointAddress>, field: string): FieldError[] {
  return [
    ...validateAddress(ip, `${field}.ip`),
    ...(hostname ? invalidEach(`${field}.hostname`, hostname, dnsLabelProblems(hostname)) : []),
    ...(nodeName === undefined
      ? []
      : invalidEach(`${field}.nodeName`, nodeName, dnsSubdomainProblems(nodeName))),
    ...validateReachable(ip ?? '', `${field}.ip`),
  ];
}

function validatePort(
  { name, port = 0, protocol, appProtocol }: Partial<EndpointPort>,
  needsName: boolean,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (name) errors.push(...invalidEach(`${field}.name`, name, dnsLabelProblems(name)));
  else if (needsName) errors.push(required(`${field}.name`));
  errors.push(
    ...invalidEach(`${field}.port`, port, portNumberProblems(port)),
    ...oneOf(protocol, `${field}.protocol`, PORT_PROTOCOLS),
    ...(appProtocol === undefined ? [] : labelName(appProtocol, `${field}.appProtocol`)),
  );
  return errors;
}
