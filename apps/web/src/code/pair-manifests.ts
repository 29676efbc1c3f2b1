import { load } from 'js-yaml';
import type { ManagedResource, ObjectRef } from '../api/types.js';
import { parseState, toYaml } from './to-yaml.js';

/** One object that differs between two states, both as YAML; the absent side is empty. */
export interface ObjectChange {
  id: string;
  ref: ObjectRef;
  change: 'added' | 'removed' | 'changed';
  before: string;
  after: string;
}

interface Parsed {
  ref: ObjectRef;
  text: string;
}

const idOf = ({ group, kind, namespace, name }: ObjectRef) =>
  [group ?? '', kind, namespace ?? '', name].join('/');

function parse(manifest: string): Parsed | undefined {
  const value = manifest.trimStart().startsWith('{') ? parseState(manifest) : load(manifest);
  if (typeof value !== 'object' || value === null) return undefined;
  const { apiVersion, kind, metadata } = value as {
    apiVersion?: string;
    kind?: string;
    metadata?: { name?: string; namespace?: string };
  };
  if (!kind || !metadata?.name) return undefined;
  const group = apiVersion?.includes('/') ? apiVersion.split('/')[0] : undefined;
  return {
    ref: {
      ...(group ? { group } : {}),
      kind,
      ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
      name: metadata.name,
    },
    text: toYaml(value),
  };
}

/** What differs between two sets of manifests, by object, sorted by kind and name. */
export function pairManifests(before: readonly string[], after: readonly string[]): ObjectChange[] {
  const sides = new Map<string, { ref: ObjectRef; before: string; after: string }>();
  for (const [side, manifests] of [['before', before] as const, ['after', after] as const]) {
    for (const manifest of manifests) {
      const parsed = parse(manifest);
      if (!parsed) continue;
      const id = idOf(parsed.ref);
      const pair = sides.get(id) ?? { ref: parsed.ref, before: '', after: '' };
      pair[side] = parsed.text;
      sides.set(id, pair);
    }
  }
  return toChanges([...sides].map(([id, pair]) => ({ id, ...pair })));
}

/** What a sync would change: live against what is predicted to be live afterwards. */
export function managedChanges(resources: readonly ManagedResource[]): ObjectChange[] {
  return toChanges(
    resources
      .filter(({ hook, modified }) => !hook && modified !== false)
      .map((resource) => ({
        id: idOf(resource),
        ref: refOf(resource),
        before: toYaml(parseState(resource.normalizedLiveState ?? resource.liveState)),
        after: toYaml(parseState(resource.predictedLiveState ?? resource.targetState)),
      })),
  );
}

const refOf = ({ group, kind, namespace, name }: ManagedResource): ObjectRef => ({
  ...(group ? { group } : {}),
  kind,
  ...(namespace ? { namespace } : {}),
  name,
});

function toChanges(pairs: { id: string; ref: ObjectRef; before: string; after: string }[]): ObjectChange[] {
  return pairs
    .filter(({ before, after }) => before !== after)
    .map((pair) => ({
      ...pair,
      change:
        pair.before === ''
          ? ('added' as const)
          : pair.after === ''
            ? ('removed' as const)
            : ('changed' as const),
    }))
    .sort((a, b) => a.ref.kind.localeCompare(b.ref.kind) || a.ref.name.localeCompare(b.ref.name));
}
