import type { RsaKeySource } from '@lotse/helm';
import type { JsonObject, KubeObject } from '@lotse/manifests';
import type { Lookup, RenderInput } from './render-protocol.js';
import type { SourceLocation, SourceTree } from './source-tree.js';

/** Objects and what should be said about them. */
export interface Rendered {
  readonly objects: readonly KubeObject[];
  readonly warnings: readonly string[];
  /** What was read beside the tree. */
  readonly inputs?: readonly RenderInput[];
  /** Charts were rendered, which can ask what the cluster serves. */
  readonly usesCapabilities?: boolean;
}

/** What a render may reach beside its tree. */
export interface RenderSurroundings {
  readonly open: (location: SourceLocation) => SourceTree;
  /** Content of a chart archive that was fetched for this render. */
  readonly readArchive: (file: string) => Uint8Array;
  readonly lookup: (lookup: Lookup) => JsonObject;
  readonly rsaKey?: RsaKeySource;
  /** True when templates have had their time. */
  readonly expired?: () => boolean;
}
