import type { GoValue } from '../template/values.js';
import type { ChartMetadata } from './metadata.js';

/** A table of values. */
export type ValuesTable = Map<string, GoValue>;

/** A file of a chart; the name is relative to the chart's folder. */
export interface ChartFile {
  readonly name: string;
  readonly data: Uint8Array;
}

/** A chart in memory with its subcharts. Processing dependencies changes metadata, values and subcharts. */
export class Chart {
  parent: Chart | undefined;
  #dependencies: Chart[] = [];

  constructor(
    public metadata: ChartMetadata,
    readonly templates: readonly ChartFile[],
    /** Everything that is neither template, metadata, values, schema nor subchart. */
    readonly files: readonly ChartFile[],
    public values: ValuesTable,
    readonly schema: Uint8Array | undefined,
    /** Versions pinned by the lock file, by dependency name. */
    readonly lockedVersions: ReadonlyMap<string, string>,
  ) {}

  get name(): string {
    return this.metadata.name;
  }

  get dependencies(): readonly Chart[] {
    return this.#dependencies;
  }

  set dependencies(charts: readonly Chart[]) {
    this.#dependencies = [...charts];
    for (const chart of charts) chart.parent = this;
  }

  get isRoot(): boolean {
    return this.parent === undefined;
  }

  get isLibrary(): boolean {
    return this.metadata.type.toLowerCase() === 'library';
  }

  /** `root/charts/sub`, which is how templates and sources are named. */
  get fullPath(): string {
    return this.parent ? `${this.parent.fullPath}/charts/${this.name}` : this.name;
  }

  /** A chart that shares contents but has its own metadata and subcharts, so that it can be renamed. */
  copy(): Chart {
    const metadata = {
      ...this.metadata,
      dependencies: this.metadata.dependencies.map((item) => ({ ...item })),
    };
    const copy = new Chart(
      metadata,
      this.templates,
      this.files,
      this.values,
      this.schema,
      this.lockedVersions,
    );
    copy.dependencies = this.dependencies.map((child) => child.#shallow());
    return copy;
  }

  #shallow(): Chart {
    const copy = new Chart(
      this.metadata,
      this.templates,
      this.files,
      this.values,
      this.schema,
      this.lockedVersions,
    );
    copy.dependencies = this.#dependencies.map((child) => child.#shallow());
    return copy;
  }
}
