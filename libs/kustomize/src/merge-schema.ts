import { getOwn, type JsonObject } from '@lotse/manifests';
import table from './generated/merge-schema.json' with { type: 'json' };

/** How a field merges. */
export interface MergeSchema {
  /** The schema of a field of this map. */
  field(name: string): MergeSchema | undefined;
  /** The schema of the entries of this list. */
  items(): MergeSchema | undefined;
  /** Keys that identify entries of this list; none for lists of scalars; undefined for lists that are replaced. */
  readonly listKeys: readonly string[] | undefined;
}

interface ListEntry {
  readonly keys: readonly string[];
  readonly items?: string;
}
type FieldEntry = string | ListEntry;

/** Where merge rules come from. */
export interface MergeSchemas {
  /** The rules of a kind; undefined when there are none. */
  ofKind(apiVersion: string, kind: string): MergeSchema | undefined;
  /** The rules that a schema in a comment stands for. */
  ofComment(schema: JsonObject): MergeSchema | undefined;
}

const KINDS = new Map<string, string>(Object.entries(table.kinds));
const TYPES = new Map<string, Readonly<Record<string, FieldEntry>>>(
  Object.entries(table.types as Record<string, Record<string, FieldEntry>>),
);

/** Merge rules of a kind of Kubernetes 1.21, which is what Kustomize carries; undefined when nothing in it merges by key. */
export function mergeSchemaForKind(apiVersion: string, kind: string): MergeSchema | undefined {
  const type = KINDS.get(`${apiVersion}/${kind}`);
  return type === undefined ? undefined : typeSchema(type);
}

/** True for kinds of Kubernetes 1.21. */
export function isKnownKind(apiVersion: string, kind: string): boolean {
  return KINDS.has(`${apiVersion}/${kind}`);
}

/** Merge rules of a definition of Kubernetes 1.21 by its full name, such as `io.k8s.api.core.v1.PodSpec`. */
export function mergeSchemaForDefinition(name: string): MergeSchema | undefined {
  const short = name.replace(/^io\.k8s\.api\./, '');
  return TYPES.has(short) ? typeSchema(short) : undefined;
}

function typeSchema(type: string): MergeSchema {
  const fields = TYPES.get(type);
  return {
    field(name) {
      const entry = fields && getOwn(fields, name);
      if (entry === undefined) return undefined;
      return typeof entry === 'string' ? typeSchema(entry) : listSchema(entry);
    },
    items: () => undefined,
    listKeys: undefined,
  };
}

function listSchema({ keys, items }: ListEntry): MergeSchema {
  return {
    field: () => undefined,
    items: () => (items === undefined ? undefined : typeSchema(items)),
    listKeys: keys,
  };
}
