import { resourceKey, type ResourceInfo } from './resource.js';
import type { ResourceKey } from '../store/stored-object.js';

/** Every resource the API serves right now. Custom resources come and go; a listener hears of it. */
export class Registry {
  readonly #byPath = new Map<string, ResourceInfo>();
  readonly #byKind = new Map<string, ResourceInfo>();
  readonly #byKey = new Map<ResourceKey, ResourceInfo>();
  readonly #retired = new Map<string, ResourceInfo>();
  /** How many resources there are of each version of a group. */
  readonly #versions = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  /** Grows with every change: a cheap validator for cached discovery documents. */
  generation = 0;

  constructor(resources: Iterable<ResourceInfo> = []) {
    for (const resource of resources) this.add(resource);
  }

  add(resource: ResourceInfo): void {
    if (resource.retired) {
      this.#retired.set(`${resource.group}/${resource.version}/${resource.resource}`, resource);
      this.#changed();
      return;
    }
    const path = `${resource.group}/${resource.version}/${resource.resource}`;
    if (!this.#byPath.has(path)) this.#countVersion(resource, 1);
    this.#byPath.set(path, resource);
    this.#byKind.set(`${resource.group}/${resource.version}/${resource.kind}`, resource);
    // The first version registered is the one objects are stored in.
    if (!this.#byKey.has(resourceKey(resource))) this.#byKey.set(resourceKey(resource), resource);
    this.#changed();
  }

  remove(resource: ResourceInfo): void {
    const path = `${resource.group}/${resource.version}/${resource.resource}`;
    if (this.#byPath.delete(path)) this.#countVersion(resource, -1);
    this.#byKind.delete(`${resource.group}/${resource.version}/${resource.kind}`);
    if (this.#byKey.get(resourceKey(resource)) === resource) this.#byKey.delete(resourceKey(resource));
    this.#changed();
  }

  /** By API path: group, version, plural. */
  find(group: string, version: string, resource: string): ResourceInfo | undefined {
    return this.#byPath.get(`${group}/${version}/${resource}`);
  }

  /** By API path, also in a version that is only served to those who name it. */
  findServed(group: string, version: string, resource: string): ResourceInfo | undefined {
    return this.find(group, version, resource) ?? this.#retired.get(`${group}/${version}/${resource}`);
  }

  /** Whether there is anything in a version of a group. */
  serves(group: string, version: string): boolean {
    return this.#versions.has(`${group}/${version}`);
  }

  /** By what an object says of itself. */
  findKind(apiVersion: string, kind: string): ResourceInfo | undefined {
    return this.#byKind.get(apiVersion.includes('/') ? `${apiVersion}/${kind}` : `/${apiVersion}/${kind}`);
  }

  /** The version in which objects of this resource are stored. */
  storage(key: ResourceKey): ResourceInfo | undefined {
    return this.#byKey.get(key);
  }

  /** All served resources, in the order they were added. */
  all(): Iterable<ResourceInfo> {
    return this.#byPath.values();
  }

  /** Versions that are only served to those who name them. */
  retired(): Iterable<ResourceInfo> {
    return this.#retired.values();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #countVersion({ group, version }: ResourceInfo, more: number): void {
    const name = `${group}/${version}`;
    const count = (this.#versions.get(name) ?? 0) + more;
    if (count === 0) this.#versions.delete(name);
    else this.#versions.set(name, count);
  }

  #changed(): void {
    this.generation++;
    for (const listener of this.#listeners) listener();
  }
}
