// Writes the engine's table of served resources and its TypeScript types from a folder of facts about the Kubernetes API
// (kubernetes-resources.json and kubernetes-schema.json). Usage: node scripts/generate-api.mjs FOLDER
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node scripts/generate-api.mjs FOLDER');
const root = new URL('..', import.meta.url).pathname;
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

const engine = join(root, 'libs/engine/src');
mkdirSync(join(engine, 'registry/generated'), { recursive: true });
mkdirSync(join(engine, 'types/generated'), { recursive: true });

const resources = read('kubernetes-resources.json').filter((entry) => !/alpha|beta/.test(entry.version));
writeFileSync(
  join(engine, 'registry/generated/resources.json'),
  `[\n${resources.map((r) => JSON.stringify(r)).join(',\n')}\n]\n`,
);

const { definitions } = read('kubernetes-schema.json');
const special = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': 'ObjectMeta',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'JsonObject',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'JsonObject',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'IntOrString',
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'string',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': 'JsonValue',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool':
    'JSONSchemaProps | boolean',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray':
    'JSONSchemaProps | JSONSchemaProps[]',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray':
    'JSONSchemaProps | string[]',
};
const wanted = Object.keys(definitions).filter(
  (name) => !/\.v\d+(alpha|beta)\d+\./.test(name) && !special[name],
);
const pascal = (text) =>
  text.replace(/(^|[^a-zA-Z0-9])([a-z])/g, (_, __, c) => c.toUpperCase()).replace(/[^a-zA-Z0-9]/g, '');
const rank = (name) =>
  name.includes('.core.v1.') ? 0 : name.includes('.apps.v1.') ? 1 : name.includes('.autoscaling.v2.') ? 2 : 3;
const names = new Map();
const taken = new Set(['ObjectMeta', 'JsonObject', 'JsonValue', 'IntOrString']);
for (const name of wanted.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))) {
  const parts = name.split('.');
  let short = pascal(parts.at(-1));
  if (taken.has(short)) short = pascal(parts.at(-3)) + pascal(parts.at(-2)) + short;
  taken.add(short);
  names.set(name, short);
}
const typeOf = (node) => {
  if (node.ref) return special[node.ref] ?? names.get(node.ref) ?? 'JsonValue';
  if (node.oneOf) return 'string | number';
  switch (node.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array': {
      const item = typeOf(node.items ?? {});
      return /[ |]/.test(item) ? `(${item})[]` : `${item}[]`;
    }
    case 'object':
      return node.additionalProperties
        ? `Record<string, ${typeOf(node.additionalProperties)}>`
        : node.properties
          ? 'JsonObject'
          : 'JsonObject';
    default:
      return 'JsonValue';
  }
};
const property = (key) => (/^[a-zA-Z_$][\w$]*$/.test(key) ? key : `'${key}'`);
let text =
  "// Generated from facts about the Kubernetes API by scripts/generate-api.mjs. Do not edit.\nimport type { JsonObject, JsonValue, ObjectMeta } from '@lotse/manifests';\n\nexport type IntOrString = number | string;\n";
for (const name of wanted.toSorted((a, b) => (names.get(a) < names.get(b) ? -1 : 1))) {
  const node = definitions[name];
  const short = names.get(name);
  if (node.type !== 'object' && !node.properties) {
    text += `\nexport type ${short} = ${typeOf(node)};\n`;
    continue;
  }
  if (!node.properties) {
    text += `\nexport type ${short} = JsonObject;\n`;
    continue;
  }
  const isKind = Boolean(node.gvk?.length) && node.properties.metadata?.ref?.endsWith('.ObjectMeta');
  text += `\nexport interface ${short} {\n`;
  for (const [key, value] of Object.entries(node.properties)) {
    const required =
      node.required?.includes(key) || (isKind && ['apiVersion', 'kind', 'metadata'].includes(key));
    text += `  ${property(key)}${required ? '' : '?'}: ${typeOf(value)};\n`;
  }
  text += '}\n';
}
writeFileSync(join(engine, 'types/generated/kubernetes.ts'), text);
