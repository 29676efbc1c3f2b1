import table from '../generated/proto-messages.json' with { type: 'json' };

/** One field of a message. */
export interface ProtobufField {
  /** Name in JSON; empty where the message is embedded in its parent. */
  readonly name: string;
  readonly form: 'one' | 'repeated' | 'map';
  readonly type: 'string' | 'bytes' | 'bool' | 'integer' | 'double' | Message;
  /** The zero value means "not set" (a Go field with omitempty that is no pointer). */
  readonly zeroIsUnset: boolean;
}

/** A message and its fields by number. */
export interface Message {
  readonly name: string;
  readonly fields: ReadonlyMap<number, ProtobufField>;
}

const SCALARS: Readonly<Record<string, Exclude<ProtobufField['type'], Message>>> = {
  s: 'string',
  y: 'bytes',
  b: 'bool',
  i: 'integer',
  d: 'double',
};

class LazyMessage implements Message {
  readonly name: string;
  readonly #text: string;
  #fields: Map<number, ProtobufField> | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.#text = text;
  }

  get fields(): ReadonlyMap<number, ProtobufField> {
    this.#fields ??= new Map(this.#text === '' ? [] : this.#text.split(';').map(readField));
    return this.#fields;
  }
}

const messages: readonly Message[] = table.map(([name = '', text = '']) => new LazyMessage(name, text));
const byName = new Map(messages.map((message) => [message.name, message]));

function readField(text: string): [number, ProtobufField] {
  const [number = '', name = '', typeText = ''] = text.split('|');
  const zeroIsUnset = typeText.endsWith('?');
  const code = zeroIsUnset ? typeText.slice(0, -1) : typeText;
  const form = code.startsWith('r') ? 'repeated' : code.startsWith('m') ? 'map' : 'one';
  const inner = form === 'one' ? code : code.slice(1);
  const type = SCALARS[inner] ?? messages[Number(inner)];
  if (!type) throw new RangeError(`the protobuf table has no type ${inner}`);
  return [Number(number), { name, form, type, zeroIsUnset }];
}

/** The API group's folder in message names, where it is not the first part of the group. */
const PACKAGES: Readonly<Record<string, string>> = {
  '': 'k8s.io.api.core',
  'apiextensions.k8s.io': 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions',
  'apiregistration.k8s.io': 'k8s.io.kube_aggregator.pkg.apis.apiregistration',
  'rbac.authorization.k8s.io': 'k8s.io.api.rbac',
};

/** The message of a kind; undefined when the kind has none. */
export function messageOfKind(apiVersion: string, kind: string): Message | undefined {
  const [first = '', second] = apiVersion.split('/');
  const group = second === undefined ? '' : first;
  const version = second ?? first;
  const folder = PACKAGES[group] ?? `k8s.io.api.${group.split('.')[0]}`;
  return (
    byName.get(`${folder}.${version}.${kind}`) ??
    (kind === 'DeleteOptions' || kind === 'Status'
      ? byName.get(`k8s.io.apimachinery.pkg.apis.meta.v1.${kind}`)
      : undefined)
  );
}

/** Kinds that stand in every version of every group. */
const EVERYWHERE = new Set(['Status', 'List', 'WatchEvent', 'ListOptions', 'DeleteOptions']);

/** True when Kubernetes has a kind of that name in that version. */
export function isKnownKind(apiVersion: string, kind: string): boolean {
  if (messageOfKind(apiVersion, kind) !== undefined) return true;
  return apiVersion === 'v1' && EVERYWHERE.has(kind);
}
