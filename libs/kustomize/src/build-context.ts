import type { InflateHelm } from './generators/helm-charts.js';
import { kustomizeError } from './kustomize-error.js';
import type { MergeSchemas } from './merge-schema.js';
import { builtInSchemas, type BuiltInUse } from './openapi-schema.js';

/** How much one build may do. */
export interface KustomizeLimits {
  /** Kustomizations read, bases that are named twice counted twice. */
  readonly maxKustomizations: number;
  /** Bases within bases. */
  readonly maxDepth: number;
  /** Resources of the result and of every step. */
  readonly maxResources: number;
  /** Bytes of one file. */
  readonly maxFileBytes: number;
  /** Bytes of all files together, those that are read twice counted twice. */
  readonly maxReadBytes: number;
  /** Characters of the result. */
  readonly maxOutputLength: number;
}

/** Ten times what the largest public overlays need (150 kustomizations, 12 levels, 800 resources, 4 MiB files). */
export const DEFAULT_KUSTOMIZE_LIMITS: KustomizeLimits = {
  maxKustomizations: 2000,
  maxDepth: 100,
  maxResources: 20_000,
  maxFileBytes: 32 * 1024 * 1024,
  maxReadBytes: 128 * 1024 * 1024,
  maxOutputLength: 128 * 1024 * 1024,
};

/** What all kustomizations of one build share. */
export class BuildContext {
  readonly warnings: string[] = [];
  readonly limits: KustomizeLimits;
  readonly inflateHelm: InflateHelm | undefined;
  /** Origins are recorded because the top kustomization asks for build metadata. */
  tracksOrigins = false;
  schemas: MergeSchemas = {
    ofKind: (apiVersion, kind) => {
      this.#builtIn = 'read';
      return builtInSchemas.ofKind(apiVersion, kind);
    },
    ofComment: (schema) => {
      this.#builtIn = 'read';
      return builtInSchemas.ofComment(schema);
    },
  };
  /** An OpenAPI document or version was named: it counts for the whole build. */
  hasSchemas = false;
  #builtIn: BuiltInUse = 'unused';
  #kustomizations = 0;

  constructor(limits: KustomizeLimits, inflateHelm: InflateHelm | undefined) {
    this.limits = limits;
    this.inflateHelm = inflateHelm;
  }

  /** Counts one more kustomization. */
  enter(folder: string, depth: number): void {
    if (++this.#kustomizations > this.limits.maxKustomizations)
      throw kustomizeError(
        'too-many',
        `more than ${this.limits.maxKustomizations} kustomizations are read, the last is ${folder}`,
        { file: folder },
      );
    if (depth > this.limits.maxDepth)
      throw kustomizeError(
        'too-deep',
        `bases are nested deeper than ${this.limits.maxDepth} levels at ${folder}`,
        { file: folder },
      );
  }

  /** Refuses a result that grew too large. */
  checkResources(count: number, folder: string): void {
    if (count > this.limits.maxResources)
      throw kustomizeError('too-many', `${folder} makes more than ${this.limits.maxResources} resources`, {
        file: folder,
      });
  }

  /** Takes the schemas that count from now on. */
  useSchemas(schemas: MergeSchemas): void {
    this.hasSchemas = true;
    this.schemas = schemas;
  }

  /** What the original has done with the built-in schema so far. */
  get builtInUse(): BuiltInUse {
    return this.#builtIn;
  }

  /** A kind came up that the table of scopes does not have: the original would look for it in the built-in schema. */
  meetUnknownKind(): void {
    if (this.#builtIn === 'unused' && !this.hasSchemas) this.#builtIn = 'wanted';
  }
}
