import type { PodSpec } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { invalidEach, invalidValue, required } from '../field-errors.js';
import { dnsSearchProblems, dnsSubdomainProblems } from '../names.js';
import { validateAddress } from './addresses.js';

const MOST_NAMESERVERS = 3;
const MOST_SEARCHES = 32;
const LONGEST_SEARCH_LIST = 2048;

/** How a pod looks names up (validatePodDNSConfig). */
export function validateDnsConfig({ dnsConfig, dnsPolicy }: PodSpec, field: string): FieldError[] {
  if (dnsPolicy === 'None') {
    if (!dnsConfig) return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if ((dnsConfig.nameservers ?? []).length === 0)
      return [
        required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'),
      ];
  }
  if (!dnsConfig) return [];
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  const errors: FieldError[] = [];
  const tooMuch = (key: string, value: unknown, text: string) =>
    errors.push(invalidValue(`${field}.${key}`, value, `must not have more than ${text}`));
  if (nameservers.length > MOST_NAMESERVERS)
    tooMuch('nameservers', nameservers, `${MOST_NAMESERVERS} nameservers`);
  for (const [index, address] of nameservers.entries())
    errors.push(...validateAddress(address, `${field}.nameservers[${index}]`));
  if (searches.length > MOST_SEARCHES) tooMuch('searches', searches, `${MOST_SEARCHES} search paths`);
  if (searches.join(' ').length > LONGEST_SEARCH_LIST)
    tooMuch('searches', searches, `${LONGEST_SEARCH_LIST} characters (including spaces) in the search list`);
  for (const [index, search] of searches.entries()) {
    const name = search.replace(/\.$/, '');
    if (search !== '.')
      errors.push(...invalidEach(`${field}.searches[${index}]`, name, dnsSearchProblems(name)));
  }
  for (const [index, { name }] of options.entries())
    if (!name) errors.push(required(`${field}.options[${index}]`, 'must not be empty'));
  return errors;
}

/** Lines of a pod's `/etc/hosts` (ValidateHostAliases). */
export function validateHostAliases({ hostAliases = [] }: PodSpec, field: string): FieldError[] {
  return hostAliases.flatMap(({ ip, hostnames = [] }, index) => [
    ...validateAddress(ip, `${field}[${index}].ip`),
    ...hostnames.flatMap((name, place) =>
      invalidEach(`${field}[${index}].hostnames[${place}]`, name, dnsSubdomainProblems(name)),
    ),
  ]);
}
