import { IPAddresses, ServiceCIDRs } from '../../clients/resource-type.js';
import { contains, parseCidr, type Cidr } from '../../network/addresses.js';
import { parseIpv4 } from '../../registry/ipv4.js';
import { cidrProblem } from '../../registry/cidr-problem.js';
import { formatTime } from '../../time.js';
import type { Condition, ServiceCIDR } from '../../types/index.js';
import type { Controller, ControllerContext } from '../controller.js';
import { withCondition } from '../shared/conditions.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';

const NAME = 'service-cidr-controller';
const BY_BLOCK = 'block';
/** Addresses that are filed together: as many as a usual range has. */
const BLOCK_SIZE = 2 ** 16;
const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';

/** Says of ranges of service addresses that they are in use, and keeps them while they are (pkg/controller/servicecidrs). */
export const serviceCidrController: Controller = {
  name: NAME,
  start(context) {
    const ranges = context.client.lister(ServiceCIDRs);
    context.client.lister(IPAddresses).index(BY_BLOCK, ({ metadata }) => blockOf(metadata.name ?? ''));
    return startKeyedController(
      context,
      NAME,
      ServiceCIDRs,
      (range) => reconcile(context, range),
      (queue) => [
        // An address that goes, or a range that comes, may let go of one that is to be deleted.
        context.client.lister(IPAddresses).watch((type) => {
          if (type !== 'DELETED') return;
          for (const range of ranges.list()) if (range.metadata.deletionTimestamp) queue.add(keyOf(range));
        }),
        ranges.watch(() => {
          for (const range of ranges.list()) if (range.metadata.deletionTimestamp) queue.add(keyOf(range));
        }),
      ],
    );
  },
};

function reconcile({ client, clock }: ControllerContext, range: ServiceCIDR): void {
  const { finalizers = [], deletionTimestamp } = range.metadata;
  const lastTransitionTime = formatTime(clock.now());
  if (deletionTimestamp === undefined) {
    const kept = finalizers.includes(FINALIZER)
      ? range
      : client.update(ServiceCIDRs, {
          ...range,
          metadata: { ...range.metadata, finalizers: [...finalizers, FINALIZER] },
        });
    say(client, kept, {
      type: 'Ready',
      status: 'True',
      reason: '',
      message: 'Kubernetes Service CIDR is ready',
      lastTransitionTime,
    });
    return;
  }
  if (!finalizers.includes(FINALIZER)) return;
  if (isNeeded(client, range)) {
    say(client, range, {
      type: 'Ready',
      status: 'False',
      reason: 'Terminating',
      message:
        'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
      lastTransitionTime,
    });
    return;
  }
  const { finalizers: _, ...metadata } = range.metadata;
  const left = finalizers.filter((finalizer) => finalizer !== FINALIZER);
  client.update(ServiceCIDRs, {
    ...range,
    metadata: { ...metadata, ...(left.length > 0 && { finalizers: left }) },
  });
}

function say(client: ControllerContext['client'], range: ServiceCIDR, condition: Condition): void {
  const before = range.status?.conditions?.find(({ type }) => type === condition.type);
  if (before?.status === condition.status && before.message === condition.message) return;
  client.updateStatus(ServiceCIDRs, {
    ...range,
    status: { ...range.status, conditions: withCondition(range.status?.conditions, condition) },
  });
}

/** Whether an address is in this range and in no other that stays. */
function isNeeded(client: ControllerContext['client'], range: ServiceCIDR): boolean {
  const others = client
    .lister(ServiceCIDRs)
    .list()
    .filter(({ metadata }) => !metadata.deletionTimestamp && metadata.uid !== range.metadata.uid);
  const addresses = client.lister(IPAddresses);
  return blocksOf(range).some((block) =>
    addresses.by(BY_BLOCK, block).some(({ metadata }) => {
      const address = metadata.name ?? '';
      return holds(range, address) && !others.some((other) => holds(other, address));
    }),
  );
}

/** The block an address is filed under. */
function blockOf(address: string): string[] {
  const value = parseIpv4(address);
  return value === undefined ? [] : [String(Math.floor(value / BLOCK_SIZE))];
}

/** The blocks that addresses of a range can be in. */
function blocksOf(range: ServiceCIDR): string[] {
  return cidrsOf(range).flatMap(({ base, size }) => {
    const first = Math.floor(base / BLOCK_SIZE);
    return Array.from({ length: Math.max(1, size / BLOCK_SIZE) }, (_, index) => String(first + index));
  });
}

/** The ranges of IPv4 in it; addresses of IPv6 are not given out. */
function cidrsOf({ spec }: ServiceCIDR): Cidr[] {
  return (spec?.cidrs ?? [])
    .filter((cidr) => !cidr.includes(':') && cidrProblem(cidr) === undefined)
    .map(parseCidr);
}

function holds(range: ServiceCIDR, address: string): boolean {
  const value = parseIpv4(address);
  return value !== undefined && cidrsOf(range).some((cidr) => contains(cidr, value));
}
