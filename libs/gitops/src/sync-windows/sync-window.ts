/** A window of time in which the syncs of applications are allowed or refused (`AppProject.spec.syncWindows`). */
export interface SyncWindow {
  kind?: string;
  /** When it begins, as cron writes it. */
  schedule?: string;
  /** How long it lasts, as Go writes durations. */
  duration?: string;
  applications?: string[];
  namespaces?: string[];
  clusters?: string[];
  /** People may sync although automation may not. */
  manualSync?: boolean;
  /** A sync that began when it was allowed goes on. */
  syncOverrun?: boolean;
  /** Applications, clusters and namespaces must all match, not one of them. */
  andOperator?: boolean;
  /** Of the IANA database; UTC when it is not given. */
  timeZone?: string;
  description?: string;
}
