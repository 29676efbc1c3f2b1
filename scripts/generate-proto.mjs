// Writes the engine's table of protobuf messages from a folder of facts about the Kubernetes API (kubernetes-proto-fields.json)
// and from scripts/facts/kubernetes-go-fields.json, which says what a .proto file does not: JSON names that differ, embedded
// messages (renamed to nothing), and scalars whose zero value means "not set". Usage: node scripts/generate-proto.mjs FOLDER
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node scripts/generate-proto.mjs FOLDER');
const root = new URL('..', import.meta.url).pathname;
const messages = JSON.parse(readFileSync(join(folder, 'kubernetes-proto-fields.json'), 'utf8'));
const goFields = JSON.parse(readFileSync(join(root, 'scripts/facts/kubernetes-go-fields.json'), 'utf8'));

const CRD = 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
const crdName = (name) =>
  name === 'schema' || name === 'ref'
    ? `$${name}`
    : name.startsWith('xKubernetes')
      ? `x-kubernetes${name.slice(11).replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`
      : name === 'enum'
        ? 'enum'
        : name;

const scalars = { string: 's', bytes: 'y', bool: 'b', int32: 'i', int64: 'i', double: 'd' };
const packages = (name) => name.slice(0, name.lastIndexOf('.'));
const resolve = (type, from) => {
  const plain = type.replace(/^\./, '');
  const full = plain.includes('.') ? plain : `${packages(from)}.${plain}`;
  if (!messages[full]) throw new Error(`${from}: no message ${full}`);
  return full;
};

// Roots: every kind of a served version, and what requests carry besides objects.
const served = (name) =>
  /\.(api|kube_aggregator\.pkg\.apis|apiextensions_apiserver\.pkg\.apis)\./.test(name) &&
  !/alpha|beta/.test(name.split('.').at(-2));
const roots = Object.keys(messages).filter(
  (name) =>
    (served(name) && (messages[name].metadata || /Review$|Options$/.test(name))) ||
    /meta\.v1\.(DeleteOptions|Status)$|runtime\.Unknown$/.test(name),
);
const wanted = new Set();
const visit = (name) => {
  if (wanted.has(name)) return;
  wanted.add(name);
  for (const [, type] of Object.values(messages[name])) {
    const inner = type.replace(/^repeated /, '').replace(/^map<string,(.*)>$/, '$1');
    if (!scalars[inner]) visit(resolve(inner, name));
  }
};
for (const name of roots) visit(name);

const names = [...wanted].sort();
const indexOf = new Map(names.map((name, index) => [name, index]));
const lines = names.map((name) => {
  const { plain = [], renamed = {} } = goFields[name] ?? {};
  const fields = Object.entries(messages[name]).map(([field, [number, type]]) => {
    let form = '';
    let inner = type;
    if (inner.startsWith('repeated ')) {
      form = 'r';
      inner = inner.slice(9);
    }
    const map = /^map<string,(.*)>$/.exec(inner);
    if (map) {
      form = 'm';
      inner = map[1];
    }
    const code = scalars[inner] ?? indexOf.get(resolve(inner, name));
    const jsonName = name === CRD ? crdName(field) : (renamed[field] ?? field);
    return `${number}|${jsonName}|${form}${code}${plain.includes(field) ? '?' : ''}`;
  });
  return JSON.stringify([name, fields.join(';')]);
});
const target = join(root, 'libs/engine/src/api/generated');
mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'proto-messages.json'), `[\n${lines.join(',\n')}\n]\n`);
