/** What ends a template with an error about the node at work. */
export interface Failing {
  fail(message: string): never;
}
