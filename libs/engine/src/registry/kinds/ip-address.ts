import type { IPAddress } from '../../types/index.js';
import { IMMUTABLE, invalidEach, invalidValue, required } from '../field-errors.js';
import { jsonEqual } from '../json-equal.js';
import { dnsSubdomainProblems, pathSegmentProblems } from '../names.js';
import type { Strategy } from '../resource.js';

const LONGEST_ADDRESS = 45;

/** What is wrong with an address as a name: one address has one name. */
function addressProblems(name: string): string[] {
  const canonical = name.length <= LONGEST_ADDRESS ? canonicalAddress(name) : undefined;
  if (canonical === undefined) return ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
  return canonical === name ? [] : [`must be a canonical format IP address: ${canonical}`];
}

/** The one way to write an address; undefined for what is none. */
function canonicalAddress(name: string): string | undefined {
  const isV6 = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(name);
  if (!isV6 && !/^\d{1,3}(\.\d{1,3}){3}$/.test(name)) return undefined;
  const url = `http://${isV6 ? `[${name}]` : name.replaceAll(/\b0+(?=\d)/g, '')}/`;
  return URL.canParse(url) ? new URL(url).hostname.replaceAll(/[[\]]/g, '') : undefined;
}

/** networking.k8s.io/v1 IPAddress: its name is the address (pkg/apis/networking/validation). */
export const ipAddressStrategy: Strategy<IPAddress> = {
  generation: false,
  nameProblems: addressProblems,
  validate({ spec }) {
    const { parentRef } = (spec ?? {}) as Partial<IPAddress['spec']>;
    if (!parentRef) return [required('spec.parentRef')];
    const { group = '', resource = '', name = '', namespace = '' } = parentRef as Partial<typeof parentRef>;
    const segment = (key: string, value: string) =>
      invalidEach(`spec.parentRef.${key}`, value, pathSegmentProblems(value));
    return [
      ...(group === '' ? [] : invalidEach('spec.parentRef.group', group, dnsSubdomainProblems(group))),
      ...(resource === '' ? [required('spec.parentRef.resource')] : segment('resource', resource)),
      ...(name === '' ? [required('spec.parentRef.name')] : segment('name', name)),
      ...(namespace === '' ? [] : segment('namespace', namespace)),
    ];
  },
  validateUpdate: ({ spec }, old) =>
    jsonEqual(spec, old.spec) ? [] : [invalidValue('spec.parentRef', spec.parentRef, IMMUTABLE)],
};
