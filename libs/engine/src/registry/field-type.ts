import {
  resolveSchema,
  schemaForKind,
  schemaNameForKind,
  type JsonValue,
  type SchemaNode,
} from '@lotse/manifests';

/** What custom resources' schemas say beyond the Kubernetes API's own. */
interface CustomSchemaNode extends SchemaNode {
  readonly nullable?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
}

/** What a scalar holds. */
export type ScalarKind = 'string' | 'integer' | 'number' | 'boolean' | 'quantity' | 'int-or-string' | 'bytes';

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/**
 * The type of one field, as decoding, pruning and server-side apply see it: made on first use from the schema and then
 * shared by all objects of the kind. Types may be recursive.
 */
export class FieldType {
  /** `any` is a value without a declared shape: its maps are merged key by key, its lists replaced. */
  readonly kind: 'map' | 'list' | 'scalar' | 'any';
  readonly scalar: ScalarKind | undefined;
  /** Replaced as a whole. */
  readonly atomic: boolean;
  /** How the items of a list are told apart; `atomic` lists are replaced. */
  readonly listType: 'atomic' | 'set' | 'map';
  readonly listKeys: readonly string[];
  /** Maps without declared fields and values keep whatever is in them. */
  readonly open: boolean;
  readonly default: JsonValue | undefined;
  /** True where null is a value of its own. */
  readonly nullable: boolean;
  /** Short name of the definition, such as `DeploymentSpec`; undefined for unnamed types. */
  readonly name: string | undefined;
  /** The whole name of the definition: `io.k8s.api.apps.v1.DeploymentSpec`. */
  readonly definition: string | undefined;
  /** `int32`, `int64`, … */
  readonly format: string | undefined;
  readonly #node: SchemaNode;
  readonly #fields = new Map<string, FieldType>();
  #values: FieldType | undefined;
  #items: FieldType | undefined;

  constructor(place: SchemaNode, definition = place.ref) {
    const node = resolveSchema(place);
    this.#node = node;
    this.default = place.default;
    this.nullable = (place as CustomSchemaNode).nullable === true;
    this.name = place.ref?.split('.').at(-1);
    this.definition = definition;
    this.format = node.format;
    const own = (key: 'x-kubernetes-list-type' | 'x-kubernetes-map-type') => place[key] ?? node[key];
    this.listType = (own('x-kubernetes-list-type') as 'map' | undefined) ?? 'atomic';
    this.listKeys = place['x-kubernetes-list-map-keys'] ?? node['x-kubernetes-list-map-keys'] ?? [];
    this.scalar = scalarKind(place, node);
    const declared = node.properties !== undefined || node.additionalProperties !== undefined;
    this.kind =
      this.scalar !== undefined
        ? 'scalar'
        : node.type === 'array'
          ? 'list'
          : node.type === 'object' && declared
            ? 'map'
            : 'any';
    this.open = this.kind === 'any' || preservesUnknown(node);
    this.atomic =
      this.kind === 'list' ? this.listType === 'atomic' : own('x-kubernetes-map-type') === 'atomic';
  }

  /** True for a field the type declares by name (as opposed to a key of a free map). */
  declares(field: string): boolean {
    return this.#node.properties !== undefined && Object.hasOwn(this.#node.properties, field);
  }

  /** Names of declared fields. */
  fieldNames(): string[] {
    return Object.keys(this.#node.properties ?? {});
  }

  /** Names of declared fields that must be there. */
  get required(): readonly string[] {
    return this.#node.required ?? [];
  }

  /** The type of a field or of a key of a free map; undefined when the type knows none of that name. */
  field(name: string): FieldType | undefined {
    if (this.declares(name)) {
      let type = this.#fields.get(name);
      const node = this.#node.properties?.[name];
      if (!type && node) this.#fields.set(name, (type = new FieldType(node)));
      return type;
    }
    if (this.#node.additionalProperties)
      return (this.#values ??= new FieldType(this.#node.additionalProperties));
    return this.open ? ANY : undefined;
  }

  /** The type of a list's items. */
  items(): FieldType {
    return (this.#items ??= this.#node.items ? new FieldType(this.#node.items) : ANY);
  }
}

/** A value of any shape. */
export const ANY = new FieldType({});

function preservesUnknown(node: SchemaNode): boolean {
  return (node as CustomSchemaNode)['x-kubernetes-preserve-unknown-fields'] === true;
}

function scalarKind(place: SchemaNode, node: SchemaNode): ScalarKind | undefined {
  if (place.ref === QUANTITY) return 'quantity';
  if ((node as CustomSchemaNode)['x-kubernetes-int-or-string']) return 'int-or-string';
  if (node.format === 'int-or-string' || (node.oneOf && node.type === undefined)) return 'int-or-string';
  switch (node.type) {
    case 'string':
      return node.format === 'byte' ? 'bytes' : 'string';
    case 'integer':
    case 'number':
    case 'boolean':
      return node.type;
    case 'array':
    case 'object':
    case undefined:
      return undefined;
    default:
      return node.type satisfies never;
  }
}

/** Custom resources without a schema: metadata is that of every object, the rest is free. */
const FREE_OBJECT = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
  },
  'x-kubernetes-preserve-unknown-fields': true,
} as const satisfies CustomSchemaNode;

const byNode = new WeakMap<SchemaNode, FieldType>();

/** The type of a whole object: of its own schema for custom resources, of the Kubernetes API's otherwise. */
export function fieldTypeOf(resource: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema?: SchemaNode | undefined;
}): FieldType {
  const node = resource.schema ?? schemaForKind(resource) ?? FREE_OBJECT;
  let type = byNode.get(node);
  if (!type) {
    const definition = resource.schema ? undefined : schemaNameForKind(resource);
    byNode.set(node, (type = new FieldType(node, definition)));
  }
  return type;
}
