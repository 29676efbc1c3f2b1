import type { Node, ResourceQuota, ResourceSlice, RuntimeClass, ServiceAccount } from '../../types/index.js';
import { canonicalQuantity, compareQuantities } from '../quantity.js';
import { rangeWarnings } from './address-warnings.js';
import { oldLabelText } from './old-node-labels.js';

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';
const STATIC = '.static.k8s.io';
const LIMITED = ['cpu', 'memory', 'storage', 'ephemeral-storage'];

/** What is told about a node: fields that mean nothing any more. */
export function nodeWarnings({ spec = {} }: Node): string[] {
  return [
    ...(spec.configSource ? ['spec.configSource: the feature is removed'] : []),
    ...(spec.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...(spec.podCIDRs ?? []).flatMap((range, index) => rangeWarnings(range, `spec.podCIDRs[${index}]`)),
  ];
}

/** What is told about a runtime class: labels of nodes that have other names now. */
export function runtimeClassWarnings({ scheduling }: RuntimeClass): string[] {
  return Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => {
    const text = oldLabelText(key);
    return text ? [`scheduling.nodeSelector: ${text}`] : [];
  });
}

/** What is told about an account that begins to rely on an annotation whose time is over. */
export function accountWarnings({ metadata }: ServiceAccount, old?: ServiceAccount): string[] {
  const isNew =
    MOUNTABLE in (metadata.annotations ?? {}) && !(old && MOUNTABLE in (old.metadata.annotations ?? {}));
  return isNew
    ? [
        `metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
      ]
    : [];
}

/** What is told about a quota that lets less be used than asked for. */
export function quotaWarnings({ spec }: ResourceQuota, old?: ResourceQuota): string[] {
  const hard = spec?.hard ?? {};
  if (old) return [];
  return LIMITED.flatMap((name) => {
    const bare = (name === 'cpu' || name === 'memory') && !Object.hasOwn(hard, `requests.${name}`);
    const asked = bare ? name : `requests.${name}`;
    const limited = `limits.${name}`;
    const [request, limit] = [hard[asked], hard[limited]];
    if (request === undefined || limit === undefined || compareQuantities(request, limit) <= 0) return [];
    return [
      `ResourceQuota ${asked} (${canonicalQuantity(request)}) should be less than ${limited} (${canonicalQuantity(limit)})`,
    ];
  });
}

/** What is told about the devices of a driver whose name is hard to compare. */
export function deviceWarnings({ spec }: Partial<ResourceSlice>): string[] {
  return !spec || spec.driver === spec.driver.toLowerCase()
    ? []
    : [
        `spec.driver: driver names should be lowercase; ${JSON.stringify(spec.driver)} contains uppercase characters`,
      ];
}

/** What is told about a configuration of admission whose name is kept for those in files. */
export function staticNameWarnings({
  metadata,
}: {
  readonly metadata: { readonly name?: string };
}): string[] {
  return metadata.name?.endsWith(STATIC)
    ? [
        `metadata.name: names ending with "${STATIC}" are reserved for static manifest-based configurations and cannot be managed via the API`,
      ]
    : [];
}
