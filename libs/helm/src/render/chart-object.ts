import type { Chart } from '../chart/chart.js';
import type { ChartDependency, ChartMetadata } from '../chart/metadata.js';
import { GoStruct, goStrings, type GoValue, TypedMap, TypedSlice } from '../template/values.js';
import type { HelmGeneration } from './capabilities.js';

/** The `.Chart` object: a map with Go's field names in Helm 4, a struct in Helm 3, where an unknown field is an error. */
export function chartObject(chart: Chart, generation: HelmGeneration): GoValue {
  const isModern = generation === 4;
  const fields = metadataFields(chart.metadata, isModern);
  fields.set('IsRoot', chart.isRoot);
  if (isModern) return fields;
  return new ChartStruct('struct { chart.Metadata; IsRoot bool }', fields, chart.metadata, chart.isRoot);
}

class ChartStruct extends GoStruct {
  readonly #metadata: ChartMetadata;
  readonly #isRoot: boolean;

  constructor(name: string, fields: ReadonlyMap<string, GoValue>, metadata: ChartMetadata, isRoot: boolean) {
    super(name, fields);
    this.#metadata = metadata;
    this.#isRoot = isRoot;
  }

  override goJson(): GoValue {
    const json = new Map<string, GoValue>();
    for (const [key, value] of Object.entries(this.#metadata) as [string, GoValue][]) {
      const isEmpty =
        value === '' ||
        value === false ||
        (Array.isArray(value) && value.length === 0) ||
        (value instanceof Map && value.size === 0);
      if (isEmpty) continue;
      json.set(
        key,
        key === 'dependencies' || key === 'maintainers'
          ? this.fields.get(key === 'maintainers' ? 'Maintainers' : 'Dependencies')
          : value,
      );
    }
    json.set('IsRoot', this.#isRoot);
    return json;
  }
}

function metadataFields(metadata: ChartMetadata, modern: boolean): Map<string, GoValue> {
  const texts = (items: readonly string[]): GoValue => (modern ? [...items] : goStrings(items));
  const objects = (type: string, items: readonly Map<string, GoValue>[]): GoValue =>
    modern
      ? [...items]
      : TypedSlice.of_(
          type,
          items.map((fields) => new GoStruct(type, fields)),
        );
  return new Map<string, GoValue>([
    ['Name', metadata.name],
    ['Home', metadata.home],
    ['Sources', texts(metadata.sources)],
    ['Version', metadata.version],
    ['Description', metadata.description],
    ['Keywords', texts(metadata.keywords)],
    [
      'Maintainers',
      objects(
        '*chart.Maintainer',
        metadata.maintainers.map(
          (item) =>
            new Map<string, GoValue>([
              ['Name', item.name],
              ['Email', item.email],
              ['URL', item.url],
            ]),
        ),
      ),
    ],
    ['Icon', metadata.icon],
    ['APIVersion', metadata.apiVersion],
    ['Condition', metadata.condition],
    ['Tags', metadata.tags],
    ['AppVersion', metadata.appVersion],
    ['Deprecated', metadata.deprecated],
    ['Annotations', new TypedMap('map[string]string', 'string', metadata.annotations)],
    ['KubeVersion', metadata.kubeVersion],
    [
      'Dependencies',
      objects(
        '*chart.Dependency',
        metadata.dependencies.map((item) => dependencyFields(item, texts)),
      ),
    ],
    ['Type', metadata.type],
  ]);
}

function dependencyFields(
  dependency: ChartDependency,
  texts: (items: readonly string[]) => GoValue,
): Map<string, GoValue> {
  return new Map<string, GoValue>([
    ['Name', dependency.name],
    ['Version', dependency.version],
    ['Repository', dependency.repository],
    ['Condition', dependency.condition],
    ['Tags', texts(dependency.tags)],
    ['Enabled', dependency.enabled],
    ['ImportValues', dependency.importValues],
    ['Alias', dependency.alias],
  ]);
}
