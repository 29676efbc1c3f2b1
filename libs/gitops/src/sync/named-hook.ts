import type { KubeObject } from '@lotse/manifests';
import { ANNOTATION } from '../annotations.js';

/** What makes a hook. */
export interface HookMaker {
  /** Commit, for names of hooks that leave theirs open. */
  readonly revision: string;
  /** For the same names: must be the same after a restart. */
  readonly atSeconds: number;
  /** Tells the hooks of one operation from those of others. */
  readonly operation: string;
}

/** Length of a commit in the generated name of a hook. */
const REVISION_IN_NAME = 7;

/** A hook as it will be made: with a name, and marked as made by this operation. */
export function namedHook(hook: KubeObject, phase: string, maker: HookMaker): KubeObject {
  const { name, generateName, ...metadata } = hook.metadata;
  const revision = maker.revision.slice(0, REVISION_IN_NAME);
  const made =
    name ??
    `${generateName ?? 'hook-'}${[revision, phase.toLowerCase(), maker.atSeconds].filter(Boolean).join('-')}`;
  return {
    ...hook,
    metadata: {
      ...metadata,
      name: made,
      annotations: { ...metadata.annotations, [ANNOTATION.operation]: maker.operation },
    },
  };
}
