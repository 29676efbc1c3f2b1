/** How much a YAML text may ask of the reader. */
export interface YamlLimits {
  /** Bytes (or UTF-16 units of a string) of one text. */
  readonly maxBytes: number;
  /** Levels of lists and maps inside each other. */
  readonly maxDepth: number;
  /** Scalars, lists and maps of all documents together, aliases counted as what they stand for. */
  readonly maxNodes: number;
  /** Nodes that come from aliases and merge keys: what makes a small text large. */
  readonly maxAliasNodes: number;
  /** Documents in one text. */
  readonly maxDocuments: number;
}

/**
 * Generous for real manifests, far below what hurts a process: the largest public custom resource definition bundles have
 * 10 MiB and 400,000 nodes, 30 levels of nesting, and a few thousand aliased nodes; Kubernetes itself accepts 3 MiB an object.
 */
export const DEFAULT_YAML_LIMITS: YamlLimits = {
  maxBytes: 32 * 1024 * 1024,
  maxDepth: 200,
  maxNodes: 2_000_000,
  maxAliasNodes: 200_000,
  maxDocuments: 50_000,
};
