import { parseYamlDocuments } from '@lotse/manifests';
import { scalarText } from '../chart/metadata.js';
import { HelmError, messageOf } from '../chart/chart-error.js';
import { trimSpace, trimSpaceLeft } from '../functions/strings.js';
import { TextCache } from '../text-cache.js';
import { compareStrings } from '../template/go-strings.js';
import type { HelmGeneration } from './capabilities.js';

/** One document of the output. */
export interface RenderedManifest {
  /** Path of the template it came from. */
  readonly source: string;
  readonly text: string;
  readonly kind: string;
  /** Events of a hook; undefined when it is none. */
  readonly hookEvents: readonly string[] | undefined;
}

const HOOK_EVENTS: ReadonlyMap<string, string> = new Map(
  [
    'pre-install',
    'post-install',
    'pre-delete',
    'post-delete',
    'pre-upgrade',
    'post-upgrade',
    'pre-rollback',
    'post-rollback',
    'test',
  ]
    .map((event) => [event, event] as const)
    .concat([['test-success', 'test']]),
);

const INSTALL_ORDER = `PriorityClass Namespace NetworkPolicy ResourceQuota LimitRange PodSecurityPolicy
PodDisruptionBudget ServiceAccount Secret SecretList ConfigMap StorageClass PersistentVolume PersistentVolumeClaim
CustomResourceDefinition ClusterRole ClusterRoleList ClusterRoleBinding ClusterRoleBindingList Role RoleList
RoleBinding RoleBindingList Service DaemonSet Pod ReplicationController ReplicaSet Deployment
HorizontalPodAutoscaler StatefulSet Job CronJob IngressClass Ingress APIService`.split(/\s+/);
/** Helm 3 does not know these and puts them behind, by name. */
const WEBHOOKS = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** Splits rendered files into documents, sorts them in install order, and tells hooks apart. Hooks of unknown events vanish. */
export function sortManifests(
  files: ReadonlyMap<string, string>,
  generation: HelmGeneration,
): { manifests: RenderedManifest[]; hooks: RenderedManifest[] } {
  const manifests: RenderedManifest[] = [];
  const hooks: RenderedManifest[] = [];
  for (const source of [...files.keys()].sort(compareStrings)) {
    const content = files.get(source) ?? '';
    if (trimSpace(content) === '') continue;
    for (const text of splitManifests(content, generation)) {
      const manifest = readManifest(source, text, generation);
      if (manifest?.hookEvents) hooks.push(manifest);
      else if (manifest) manifests.push(manifest);
    }
  }
  const rank = kindRank(generation);
  const byKind = (a: RenderedManifest, b: RenderedManifest): number => rank(a.kind, b.kind);
  return { manifests: manifests.sort(byKind), hooks: hooks.sort(byKind) };
}

function kindRank(generation: HelmGeneration): (a: string, b: string) => number {
  const order = new Map(
    (generation === 4 ? [...INSTALL_ORDER, ...WEBHOOKS] : INSTALL_ORDER).map((kind, index) => [kind, index]),
  );
  return (a, b) => {
    const first = order.get(a);
    const second = order.get(b);
    if (first === undefined && second === undefined) return compareStrings(a, b);
    if (first === undefined) return 1;
    return second === undefined ? -1 : first - second;
  };
}

/** The documents of a rendered file. Helm 4 keeps what stands at a document's end, Helm 3 trims it. */
export function splitManifests(text: string, generation: HelmGeneration): string[] {
  const parts = generation === 4 ? trimSpaceLeft(text).split(/^---[ \t]*/m) : splitTrimming(trimSpace(text));
  return parts
    .filter((part) => trimSpace(part) !== '')
    .map((part) => (generation === 4 ? trimSpaceLeft(part) : trimSpace(part)));
}

/** Splits at `---` at the start of the text or of a line, taking the blanks around it, as Helm 3's pattern does. */
function splitTrimming(text: string): string[] {
  const parts: string[] = [];
  const isBlank = (char: string | undefined): boolean => char !== undefined && '\t\n\f\r '.includes(char);
  let start = 0;
  let found = text.startsWith('---') ? 0 : text.indexOf('\n---');
  while (found >= 0) {
    parts.push(text.slice(start, found));
    start = text.indexOf('---', found) + 3;
    while (isBlank(text[start])) start++;
    found = text.indexOf('\n---', start);
  }
  return [...parts, text.slice(start)];
}

/** What of a document decides where it goes. */
interface ManifestHead {
  readonly kind: string;
  /** Events of a hook; none when all are unknown, undefined when it is no hook. */
  readonly hookEvents: readonly string[] | 'unknown' | undefined;
}

/** How Go prints the type of what Helm reads of metadata. */
const METADATA_TYPE = String.raw`struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" }`;

const HEAD_KEYS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Documents read before: charts are rendered again and again with little changed. */
const heads = new TextCache<ManifestHead>(32 * 1024 * 1024);

type Head = Record<string, unknown>;

/** Reads what decides where a document goes; undefined for a hook of unknown events. Throws {@link HelmError}. */
export function readManifest(
  source: string,
  text: string,
  generation: HelmGeneration,
): RenderedManifest | undefined {
  const { kind, hookEvents } = heads.get(text, () => readHead(source, text, generation));
  return hookEvents === 'unknown' ? undefined : { source, text, kind, hookEvents };
}

function readHead(source: string, text: string, generation: HelmGeneration): ManifestHead {
  const fail = (reason: string, cause?: unknown): never => {
    const line = /line (\d+)/.exec(reason)?.[1];
    const shown =
      line === undefined ? '' : `\n  the rendered line: ${text.split('\n')[Number(line) - 1] ?? ''}`;
    throw new HelmError(
      'helm/manifest-invalid',
      `YAML parse error on ${source}: ${reason}${shown}`,
      line === undefined ? { file: source } : { file: source, line: Number(line) },
      { cause },
    );
  };
  let head: unknown;
  try {
    head = parseYamlDocuments(text, { duplicateKeys: 'last', only: HEAD_KEYS, firstOnly: true })[0];
  } catch (error) {
    return fail(`error converting YAML to JSON: ${messageOf(error)}`, error);
  }
  if (head === null || head === undefined) return { kind: '', hookEvents: undefined };
  const wrong = (value: unknown, where: string, wanted: string, note = ''): never =>
    fail(
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonType(value)} into Go ${where} of type ${wanted}${note}`,
    );
  if (!isObject(head))
    return wrong(head, 'value', generation === 4 ? 'util.SimpleHead' : 'releaseutil.SimpleHead');
  const textOf = (value: unknown, field: string, note?: string): string => {
    if (value === null || value === undefined) return '';
    return scalarText(value) ?? wrong(value, `struct field ${field}`, 'string', note);
  };
  const kind = textOf(own(head, 'kind'), 'SimpleHead.kind');
  textOf(own(head, 'apiVersion'), 'SimpleHead.apiVersion');
  const metadata = own(head, 'metadata') ?? {};
  if (!isObject(metadata)) return wrong(metadata, 'struct field SimpleHead.metadata', METADATA_TYPE);
  textOf(own(metadata, 'name'), '.metadata.name');
  const annotations = own(metadata, 'annotations') ?? {};
  if (!isObject(annotations))
    return wrong(annotations, 'struct field .metadata.annotations', 'map[string]string');
  for (const [key, value] of Object.entries(annotations))
    textOf(value, '.metadata.annotations', `\n  in the annotation ${key}`);
  const hook = own(annotations, 'helm.sh/hook');
  if (hook === undefined) return { kind, hookEvents: undefined };
  return { kind, hookEvents: hookEventsOf(textOf(hook, '.metadata.annotations')) ?? 'unknown' };
}

function hookEventsOf(annotation: string): string[] | undefined {
  const events: string[] = [];
  for (const word of annotation.split(',')) {
    const event = HOOK_EVENTS.get(trimSpace(word).toLowerCase());
    if (event === undefined) return undefined;
    events.push(event);
  }
  return events;
}

function isObject(value: unknown): value is Head {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(object: Head, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
