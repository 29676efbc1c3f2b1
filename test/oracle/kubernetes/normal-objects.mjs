const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const HASH_LABELS = ['pod-template-hash', 'controller-revision-hash', 'controller.kubernetes.io/hash'];
/** Events that are told again at every look. */
const REPEATED = new Set(['WaitForFirstConsumer', 'ExternalProvisioning', 'FailedBinding', 'NoPods']);
/** Lists whose order is chance on either side. */
const SETS = new Set(['endpoints', 'addresses', 'notReadyAddresses', 'subsets', 'ports']);

/**
 * Objects without what is chance or time: identities become what they stand for, generated names their beginning, hashes of templates
 * the number of the template. Events that say the same of the same are counted together. Answers lines of JSON by what they are about.
 */
export function normalObjects({ objects, ever }) {
  const replaced = replacements(ever);
  const normal = (value, key) => {
    if (Array.isArray(value)) {
      const items = value.map((item) => normal(item));
      return SETS.has(key) ? items.sort((a, b) => (stable(a) < stable(b) ? -1 : 1)) : items;
    }
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, entry]) => [replaced(name), normal(entry, name)]),
      );
    return typeof value === 'string' ? replaced(value) : value;
  };
  const found = new Map();
  const add = (name, value) => found.set(name, [...(found.get(name) ?? []), value]);
  const events = new Map();
  for (const object of objects) {
    if (object.kind === 'Event') {
      const { involvedObject, reason, message, type, source, reportingComponent, action, related } = object;
      const about = normal({ ...involvedObject, uid: undefined, resourceVersion: undefined });
      const said = {
        about,
        reason,
        message: withoutChance(replaced(message)),
        type,
        source,
        // Left out where several events were put together.
        reportingComponent: reportingComponent || source?.component,
        action,
        related,
      };
      const text = JSON.stringify(said);
      // How often a mistake is tried again is a matter of periods.
      const isRepeated = type === 'Warning' || REPEATED.has(reason);
      const count = isRepeated ? 0 : (object.count ?? 1);
      events.set(text, (events.get(text) ?? 0) + count);
      continue;
    }
    const { managedFields: _, resourceVersion: __, uid: ___, ...metadata } = object.metadata;
    const value = normal({ ...object, metadata });
    hideSecrets(value);
    hideWork(value);
    add(`${value.kind} ${value.metadata.name}`, value);
  }
  for (const [text, count] of events) {
    const said = JSON.parse(text);
    add(`Event ${said.about.kind} ${said.about.name} ${said.reason}: ${said.message}`, { ...said, count });
  }
  for (const values of found.values()) values.sort((a, b) => (stable(a) < stable(b) ? -1 : 1));
  return found;
}

/** Text with keys in order, so that equal values are equal texts. */
function stable(value) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${key}:${stable(value[key])}`).join(',')}}`;
}

/** What names, hashes and identities of the objects that were ever there become in texts. */
function replacements(ever) {
  const texts = new Map();
  const uids = new Map();
  const hashes = new Map();
  for (const { kind, metadata } of ever) {
    if (kind !== 'ReplicaSet' && kind !== 'ControllerRevision') continue;
    const owner = metadata.ownerReferences?.[0]?.name ?? metadata.name.replace(/-[a-z0-9]+$/, '');
    const hash = HASH_LABELS.map((label) => metadata.labels?.[label]).find((value) => value !== undefined);
    if (hash === undefined || texts.has(hash)) continue;
    const number = (hashes.get(`${kind} ${owner}`) ?? 0) + 1;
    hashes.set(`${kind} ${owner}`, number);
    texts.set(hash, `<hash ${number}>`);
  }
  const hashed = (text) => [...texts].reduce((result, [from, to]) => result.replaceAll(from, to), text);
  const names = new Map();
  for (const { kind, metadata } of ever) {
    const { name, generateName, uid } = metadata;
    const beginning = kind === 'EndpointSlice' ? name.replace(/[a-z0-9]{5}$/, '') : generateName;
    const given = isGenerated(name, beginning) ? `${hashed(beginning)}*` : hashed(name);
    if (given !== name) names.set(name, given);
    uids.set(uid, `<uid of ${kind} ${given}>`);
  }
  const longest = [...names].sort(([a], [b]) => b.length - a.length);
  return (text) => {
    let result = text;
    for (const [from, to] of longest) if (result.includes(from)) result = result.replaceAll(from, to);
    return hashed(result)
      .replace(UID, (uid) => uids.get(uid) ?? '<uid>')
      .replace(TIME, '<time>')
      .replace(/(kube-api-access-)[a-z0-9]{5}\b/g, '$1*')
      .replace(/-\d{8}\b/g, '-<minute>')
      .replace(/\b10\.(244|96)\.\d+\.\d+\b/g, '<address>');
  };
}

/** How often something was written on the way, when that was, and which of equal nodes came first. */
function hideWork({ kind, metadata, spec, status }) {
  if (kind === 'EndpointSlice') delete metadata.generation;
  if (kind === 'EndpointSlice') delete metadata.generateName;
  for (const reference of [spec?.claimRef, ...(Array.isArray(status?.active) ? status.active : [])].filter(
    isMap,
  ))
    delete reference.resourceVersion;
  if (metadata.annotations) {
    delete metadata.annotations['endpoints.kubernetes.io/last-change-trigger-time'];
    if (Object.keys(metadata.annotations).length === 0) delete metadata.annotations;
  }
  for (const condition of status?.conditions ?? [])
    if (condition.message) condition.message = withoutChance(condition.message);
  if (kind === 'Pod' && metadata.ownerReferences?.[0]?.kind === 'DaemonSet') {
    delete spec.nodeName;
    delete spec.affinity;
  }
}

function hideSecrets({ kind, type, data }) {
  if (kind === 'ConfigMap' && data?.['ca.crt']) data['ca.crt'] = '<certificate>';
  if (kind === 'Secret' && type === 'kubernetes.io/service-account-token')
    for (const key of ['token', 'ca.crt']) if (data?.[key]) data[key] = '<chance>';
}

/** How two checks differ, one line for each place. */
export function objectDifferences(ours, theirs) {
  const [mine, other] = [normalObjects(ours), normalObjects(theirs)];
  const lines = [];
  for (const name of [...new Set([...mine.keys(), ...other.keys()])].sort()) {
    const [left, right] = [mine.get(name) ?? [], other.get(name) ?? []];
    if (left.length !== right.length) {
      const shown = left.length > right.length ? left.at(-1) : right.at(-1);
      lines.push(
        `${name}: ${left.length} in ours, ${right.length} in theirs${left.length * right.length === 0 ? ` ${JSON.stringify(shown.status ?? shown.count ?? '').slice(0, 300)}` : ''}`,
      );
      continue;
    }
    for (const [index, value] of left.entries()) compare(`${name}`, '', value, right[index], lines);
  }
  return lines;
}

function compare(name, path, ours, theirs, lines) {
  if (stable(ours) === stable(theirs)) return;
  // An empty list of Go's may be null.
  if ([ours, theirs].every((value) => !value || (Array.isArray(value) && value.length === 0))) return;
  if (Array.isArray(ours) && Array.isArray(theirs) && path.endsWith('.conditions')) {
    compareConditions(name, path, ours, theirs, lines);
    return;
  }
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    for (const [index, item] of ours.entries())
      compare(name, `${path}[${index}]`, item, theirs[index], lines);
    return;
  }
  if (isMap(ours) && isMap(theirs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
      compare(name, `${path}.${key}`, ours[key], theirs[key], lines);
    return;
  }
  const shown = (value) => (value === undefined ? '(absent)' : JSON.stringify(value).slice(0, 500));
  lines.push(`${name} ${path}\n        ours:   ${shown(ours)}\n        theirs: ${shown(theirs)}`);
}

/** By their types, and the order of those of both by itself. */
function compareConditions(name, path, ours, theirs, lines) {
  const byType = (conditions) => new Map(conditions.map((condition) => [condition.type, condition]));
  const [mine, other] = [byType(ours), byType(theirs)];
  const types = new Set([...mine.keys(), ...other.keys()]);
  for (const type of types) compare(name, `${path}[${type}]`, mine.get(type), other.get(type), lines);
  const common = (conditions) =>
    conditions.map(({ type }) => type).filter((type) => mine.has(type) && other.has(type));
  compare(name, `${path} in order`, common(ours).join(), common(theirs).join(), lines);
}

/** Whether a name ends in chance; pods of a StatefulSet have a beginning without it. */
function isGenerated(name, beginning) {
  return beginning && name.startsWith(beginning) && /^[a-z0-9]{5}$/.test(name.slice(beginning.length));
}

/** Names of objects that were refused, and Kubernetes' word for many events in one. */
function withoutChance(message) {
  return message
    .replace('(combined from similar events): ', '')
    .replace(/("[^"]+-)[a-z0-9]{5}(" is forbidden)/, '$1$2');
}

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
