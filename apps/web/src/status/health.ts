/** Health words, worst first: the order in which people need to see them. */
export const HEALTH_STATUSES = [
  'Degraded',
  'Missing',
  'Progressing',
  'Suspended',
  'Unknown',
  'Healthy',
] as const;

export type HealthStatus = (typeof HEALTH_STATUSES)[number];

const SEVERITY: Record<HealthStatus, number> = {
  Degraded: 5,
  Missing: 4,
  Progressing: 3,
  Suspended: 2,
  Unknown: 1,
  Healthy: 0,
};

/** The health a server string stands for; anything unheard of is Unknown, never an error. */
export function toHealth(value: string | undefined): HealthStatus {
  return HEALTH_STATUSES.find((status) => status === value) ?? 'Unknown';
}

/** How urgently a person should look: 5 (Degraded) to 0 (Healthy). */
export function severity(health: HealthStatus): number {
  return SEVERITY[health];
}

/** The worse of two. */
export function worse(a: HealthStatus, b: HealthStatus): HealthStatus {
  return SEVERITY[b] > SEVERITY[a] ? b : a;
}

/** True when a person should look: something is broken or absent. */
export function isTrouble(health: HealthStatus): boolean {
  return SEVERITY[health] >= SEVERITY.Missing;
}
