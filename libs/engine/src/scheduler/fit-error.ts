import type { Rejection } from './plugin.js';

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.`: kube-scheduler's FitError. */
export function fitErrorText(
  allNodes: number,
  wholesale: Rejection | undefined,
  rejections: Iterable<Rejection>,
): string {
  const prefix = `0/${allNodes} nodes are available:`;
  if (wholesale) return `${prefix} ${wholesale.reasons.join(', ')}.`;
  const histogram = new Map<string, number>();
  for (const { reasons } of rejections)
    for (const reason of reasons) histogram.set(reason, (histogram.get(reason) ?? 0) + 1);
  if (histogram.size === 0) return prefix;
  const parts = [...histogram].map(([reason, count]) => `${count} ${reason}`).sort(byteOrder);
  return `${prefix} ${parts.join(', ')}.`;
}

const byteOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
