import { getOwn, setOwn } from '@lotse/manifests';
import { type ResourceId, splitApiVersion } from './resource-id.js';
import { own } from './shared-values.js';
import { cloneValue, isMap, isNullOrEmpty, textOf, type Value, type ValueMap } from './values.js';

/** What a generator wants to happen when its resource exists already. */
export type GeneratorBehavior = 'unspecified' | 'create' | 'replace' | 'merge';

/** One object of a build with what is remembered of its names: references are found by any name it ever had. */
export class Resource {
  /** The object. The map itself is this resource's own; what is in it may be shared between builds (see `share`). */
  value: ValueMap;
  readonly previous: { name: string; namespace: string; kind: string }[] = [];
  readonly prefixes: string[] = [];
  readonly suffixes: string[] = [];
  readonly varNames: string[] = [];
  behavior: GeneratorBehavior = 'unspecified';
  needsHash = false;
  allowNameChange = false;
  allowKindChange = false;
  /** YAML of where the resource came from, for `buildMetadata: [originAnnotations]`. */
  origin: string | undefined;
  /** The file it was read from, seen from the top kustomization. */
  originPath: string | undefined;
  /** What changed it, for `buildMetadata: [transformerAnnotations]`. */
  readonly transformations: string[] = [];
  /** A patch may delete its target by emptying it. */
  deleted = false;
  /** Made by a generator of config maps or secrets. */
  generated = false;
  /** Made by a chart, which decides about namespaces itself. */
  helmGenerated = false;
  #id: ResourceId | undefined;
  #idParts: readonly [Value | undefined, Value | undefined, Value | undefined, Value | undefined] | undefined;

  constructor(value: ValueMap) {
    this.value = own(value);
  }

  get kind(): string {
    return textOf(getOwn(this.value, 'kind'));
  }

  get apiVersion(): string {
    return textOf(getOwn(this.value, 'apiVersion'));
  }

  get name(): string {
    return textOf(getOwn(this.metadata ?? {}, 'name'));
  }

  get namespace(): string {
    return textOf(getOwn(this.metadata ?? {}, 'namespace'));
  }

  /** The metadata map, if there is one; for reading only. */
  get metadata(): ValueMap | undefined {
    const metadata = getOwn(this.value, 'metadata');
    return isMap(metadata) ? metadata : undefined;
  }

  /** The id by the current name. */
  get id(): ResourceId {
    const metadata = this.metadata ?? {};
    const parts = [
      getOwn(this.value, 'apiVersion'),
      getOwn(this.value, 'kind'),
      getOwn(metadata, 'name'),
      getOwn(metadata, 'namespace'),
    ] as const;
    const known = this.#idParts;
    if (this.#id && known && known.every((part, index) => part === parts[index])) return this.#id;
    this.#idParts = parts;
    this.#id = {
      ...splitApiVersion(textOf(parts[0])),
      kind: textOf(parts[1]),
      name: textOf(parts[2]),
      namespace: textOf(parts[3]),
    };
    return this.#id;
  }

  /** Ids by former names, the oldest first. */
  get previousIds(): ResourceId[] {
    const { group, version } = splitApiVersion(this.apiVersion);
    return this.previous.map((previous) => ({ group, version, ...previous }));
  }

  /** The first id it had. */
  get originalId(): ResourceId {
    const first = this.previous[0];
    return first ? { ...splitApiVersion(this.apiVersion), ...first } : this.id;
  }

  /** Former ids and the current one. */
  get allIds(): ResourceId[] {
    return this.previous.length === 0 ? [this.id] : [...this.previousIds, this.id];
  }

  /** True when the original keeps notes in annotations, so that a map of them is there for whoever writes to it. */
  get hasNotes(): boolean {
    return this.previous.length > 0 || this.generated;
  }

  /** Forgets former names and origins, which the original keeps in annotations, when a patch takes all of those away. */
  forgetNotes(): void {
    for (const notes of [this.previous, this.prefixes, this.suffixes, this.transformations]) notes.length = 0;
    this.origin = undefined;
  }

  /** Remembers the current id before a change. The namespace is remembered as the one in effect. */
  storePreviousId(effectiveNamespace: string): void {
    this.previous.push({ name: this.name, namespace: effectiveNamespace, kind: this.kind });
  }

  /** Labels or annotations with the text of their values. */
  metadataMap(field: 'labels' | 'annotations'): Map<string, string> {
    const map = getOwn(this.metadata ?? {}, field);
    if (!isMap(map)) return new Map();
    return new Map(Object.keys(map).map((key) => [key, textOf(map[key])]));
  }

  /** Replaces labels or annotations; an empty map removes the field. */
  setMetadataMap(field: 'labels' | 'annotations', entries: ReadonlyMap<string, string>): void {
    if (entries.size === 0) {
      // Even a map that is missing comes to be here, as in the original.
      if (!this.metadata || Object.hasOwn(this.metadata, field)) delete this.ensureMetadata()[field];
      return;
    }
    const metadata = this.ensureMetadata();
    const map: ValueMap = {};
    for (const [key, value] of entries) setOwn(map, key, value);
    metadata[field] = map;
  }

  /** Sets or removes the namespace. */
  setNamespace(namespace: string): void {
    if (namespace === '') {
      if (this.metadata && Object.hasOwn(this.metadata, 'namespace'))
        delete this.ensureMetadata()['namespace'];
    } else this.ensureMetadata()['namespace'] = namespace;
  }

  /** The metadata map to write to, made when missing. */
  ensureMetadata(): ValueMap {
    const metadata = this.metadata;
    const writable = metadata ? own(metadata) : {};
    if (writable !== metadata) this.value['metadata'] = writable;
    return writable;
  }

  /** True when nothing is left of it. */
  get isEmpty(): boolean {
    return this.deleted || isNullOrEmpty(this.value);
  }

  /** An independent copy. */
  clone(): Resource {
    const copy = new Resource(cloneValue(this.value));
    copy.previous.push(...this.previous);
    copy.prefixes.push(...this.prefixes);
    copy.suffixes.push(...this.suffixes);
    copy.varNames.push(...this.varNames);
    copy.transformations.push(...this.transformations);
    copy.behavior = this.behavior;
    copy.needsHash = this.needsHash;
    copy.allowNameChange = this.allowNameChange;
    copy.allowKindChange = this.allowKindChange;
    copy.origin = this.origin;
    copy.generated = this.generated;
    copy.helmGenerated = this.helmGenerated;
    return copy;
  }
}
