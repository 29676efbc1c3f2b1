import { schemaByName, schemaNameForKind, type SchemaNode } from '@lotse/manifests';
import type { ResourceInfo } from '../../registry/resource.js';
import { customSchema } from './custom-schema.js';
import { describeField, describeType } from './descriptions.js';
import type { OpenApiSchema } from './openapi-schema.js';

/** The schemas of a resource. */
export interface ResourceSchemas {
  readonly object: OpenApiSchema;
  readonly list: OpenApiSchema;
}

const COPIED = new Set([
  'type',
  'format',
  'required',
  'default',
  'enum',
  'description',
  'nullable',
  'pattern',
]);

const LIST_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';
const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Collects schemas and everything they refer to, each once. */
export class SchemaCollector {
  readonly #prefix: string;
  readonly #form: 'v2' | 'v3';
  readonly #schemas = new Map<string, OpenApiSchema>();

  constructor(form: 'v2' | 'v3') {
    this.#form = form;
    this.#prefix = form === 'v2' ? '#/definitions/' : '#/components/schemas/';
  }

  /** Adds the schema of a resource's kind; returns a reference to it. */
  add(resource: ResourceInfo): OpenApiSchema {
    const { group, version, kind } = resource;
    if (resource.schema && resource.retired) {
      const name = `io.k8s.api.${group.split('.')[0]}.${version}.${kind}`;
      const own = { ...resource.schema, gvk: [{ group, version, kind }] };
      this.#schemas.set(name, {});
      const [current] = resource.schema.gvk ?? [];
      const converted = this.#convert(own);
      this.#schemas.set(
        name,
        this.#described((current && schemaNameForKind(current)) ?? name, own, converted),
      );
      return { $ref: `${this.#prefix}${name}` };
    }
    if (resource.schema) {
      const name = [...group.split('.').reverse(), version, kind].join('.');
      if (!this.#schemas.has(name)) {
        this.#schemas.set(name, {});
        const schema = customSchema(resource.definition, this.#form, this.#convert({ ref: OBJECT_META }));
        this.#schemas.set(name, { ...schema, 'x-kubernetes-group-version-kind': [{ group, version, kind }] });
      }
      return { $ref: `${this.#prefix}${name}` };
    }
    const name = schemaNameForKind(resource);
    if (name === undefined) return { type: 'object' };
    this.#addNamed(name);
    return { $ref: `${this.#prefix}${name}` };
  }

  /** Adds the schemas of a resource's kind and of its lists. */
  of(resource: ResourceInfo): ResourceSchemas {
    const object = this.add(resource);
    return { object, list: resource.verbs.includes('list') ? this.#addList(resource, object) : object };
  }

  #addList(resource: ResourceInfo, item: OpenApiSchema): OpenApiSchema {
    const { group, version } = resource;
    const kind = `${resource.kind}List`;
    const known = resource.custom ? undefined : schemaNameForKind({ group, version, kind });
    if (known !== undefined) {
      this.#addNamed(known);
      return { $ref: `${this.#prefix}${known}` };
    }
    const { $ref } = item;
    if (typeof $ref !== 'string') return { type: 'object' };
    const name = `${$ref.slice(this.#prefix.length)}List`;
    const fields = this.#convert({
      type: 'object',
      properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { ref: LIST_META } },
    });
    const properties = { ...(fields['properties'] as object), items: { type: 'array', items: item } };
    const own = { ...fields, required: ['items'], properties };
    this.#schemas.set(name, { ...own, 'x-kubernetes-group-version-kind': [{ group, version, kind }] });
    return { $ref: `${this.#prefix}${name}` };
  }

  /** What was collected, sorted by name. */
  all(): Record<string, OpenApiSchema> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #addNamed(name: string): void {
    if (this.#schemas.has(name)) return;
    this.#schemas.set(name, {});
    const node = schemaByName(name);
    if (node) this.#schemas.set(name, this.#described(name, node, this.#convert(node)));
  }

  #convert(node: SchemaNode): OpenApiSchema {
    const result: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(node))
      if (COPIED.has(key) || key.startsWith('x-kubernetes-')) result[key] = value;
    if (node.gvk) result['x-kubernetes-group-version-kind'] = node.gvk;
    if (node.properties)
      result['properties'] = Object.fromEntries(
        Object.entries(node.properties).map(([key, child]) => [key, this.#convert(child)]),
      );
    if (node.items) result['items'] = this.#convert(node.items);
    if (node.additionalProperties) result['additionalProperties'] = this.#convert(node.additionalProperties);
    if (node.oneOf) {
      // The older form has no alternatives; a string with this format is how it writes them.
      if (this.#form === 'v3') result['oneOf'] = node.oneOf.map((child) => this.#convert(child));
      else result['type'] = 'string';
    }
    if (node.ref === undefined) return result;
    this.#addNamed(node.ref);
    const $ref = `${this.#prefix}${node.ref}`;
    if (this.#form === 'v2') {
      const { default: _, ...rest } = result;
      return { ...rest, $ref };
    }
    return { ...result, allOf: [{ $ref }] };
  }

  /**
   * Adds what is said of a definition and of its fields. In the older form a field without a text of its own gets that of its type;
   * readers of the newer one look there by themselves, and would say it twice.
   */
  #described(name: string, node: SchemaNode, schema: OpenApiSchema): OpenApiSchema {
    const description = describeType(name);
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, OpenApiSchema>).map(
      ([field, child]): [string, OpenApiSchema] => {
        const ref = this.#form === 'v2' ? node.properties?.[field]?.ref : undefined;
        const text = describeField(name, field) ?? (ref === undefined ? undefined : describeType(ref));
        return [field, text === undefined ? child : { description: text, ...child }];
      },
    );
    return {
      ...(description !== undefined && { description }),
      ...schema,
      ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
    };
  }
}
