/** Who asks. */
export interface Requester {
  readonly user: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  /**
   * A part of the engine itself. What it sends is taken as well-formed (no decoding), and its writes are not recorded in
   * managedFields unless it names a field manager: hot paths stay cheap, and those fields belong to nobody, so a
   * server-side apply never conflicts with them and never removes them.
   */
  readonly component?: boolean;
}
