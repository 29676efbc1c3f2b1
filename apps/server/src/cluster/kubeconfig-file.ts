import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { makeKubeconfig, type CertifiedKey } from '@lotse/engine';
import { emitYaml, isJsonObject, parseYaml, type JsonObject, type JsonValue } from '@lotse/manifests';

/** Far more than the clusters of one person need. */
const LIMITS = { maxBytes: 1024 * 1024, maxDepth: 20, maxNodes: 20_000, maxAliasNodes: 1_000 };
const NAME = 'lotse';
const USER = 'admin';
const SUBJECT = 'O=system:masters\nCN=kubernetes-admin';

/** What the kubeconfig of this server has to say. */
export interface ServedAs {
  readonly server: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly user: CertifiedKey;
}

/**
 * The kubeconfig in `text` with the address, authority and credentials of this server; contexts, namespaces and other clusters stay
 * as the user left them. The very same text when nothing differs, a new one when it can't be read.
 */
export function updatedKubeconfig(text: string | undefined, served: ServedAs): string {
  const made = makeKubeconfig({ ...served, clusterName: NAME, userName: USER });
  const old = text === undefined ? undefined : readKubeconfig(text);
  const fresh = readKubeconfig(made);
  if (text === undefined || !old || !fresh) return made;
  const [clusters, users, contexts] = [old.clusters, old.users, old.contexts].map((list) => [...list]);
  if (!clusters || !users || !contexts) return made;
  put(clusters, 'cluster', NAME, partOf(fresh.clusters, 'cluster', NAME), ['insecure-skip-tls-verify']);
  put(users, 'user', USER, partOf(fresh.users, 'user', USER), []);
  const isThere = (name: JsonValue | undefined): boolean => contexts.some((one) => one['name'] === name);
  if (!isThere(NAME)) contexts.push(...fresh.contexts);
  const { 'current-context': current } = old.whole;
  const merged = {
    ...old.whole,
    clusters,
    users,
    contexts,
    'current-context': typeof current === 'string' && isThere(current) ? current : NAME,
  };
  return isDeepStrictEqual(merged, old.whole) ? text : emitYaml(merged);
}

/** The administrator's certificate and key in a kubeconfig, while this authority vouches for them until `untilMs`. */
export function credentialsIn(text: string, ca: string, untilMs: number): CertifiedKey | undefined {
  const user = partOf(readKubeconfig(text)?.users ?? [], 'user', USER);
  const [cert, key] = ['client-certificate-data', 'client-key-data'].map((name) => {
    const data = user[name];
    return typeof data === 'string' ? Buffer.from(data, 'base64').toString() : '';
  });
  if (!cert || !key) return undefined;
  try {
    const certificate = new X509Certificate(cert);
    const isGood =
      certificate.subject === SUBJECT &&
      certificate.verify(new X509Certificate(ca).publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      Date.parse(certificate.validTo) > untilMs;
    return isGood ? { cert, key } : undefined;
  } catch {
    return undefined;
  }
}

interface Kubeconfig {
  readonly whole: JsonObject;
  readonly clusters: readonly JsonObject[];
  readonly users: readonly JsonObject[];
  readonly contexts: readonly JsonObject[];
}

/** Undefined for what is no kubeconfig. */
function readKubeconfig(text: string): Kubeconfig | undefined {
  let whole: JsonValue;
  try {
    whole = parseYaml(text, { limits: LIMITS });
  } catch {
    return undefined;
  }
  if (!isJsonObject(whole) || whole['kind'] !== 'Config') return undefined;
  const [clusters, users, contexts] = ['clusters', 'users', 'contexts'].map((name) => entries(whole[name]));
  return clusters && users && contexts && { whole, clusters, users, contexts };
}

/** `kubectl config` writes null for lists it emptied. */
function entries(list: JsonValue | undefined): JsonObject[] | undefined {
  if (list === undefined || list === null) return [];
  return Array.isArray(list) && list.every(isJsonObject) ? list : undefined;
}

function partOf(list: readonly JsonObject[], part: string, name: string): JsonObject {
  const found = list.find((one) => one['name'] === name)?.[part];
  return isJsonObject(found) ? found : {};
}

/** Sets these fields of the entry with this name, and takes those off that contradict them. */
function put(
  list: JsonObject[],
  part: string,
  name: string,
  fields: JsonObject,
  off: readonly string[],
): void {
  const kept = Object.entries(partOf(list, part, name)).filter(([key]) => !off.includes(key));
  const entry = { name, [part]: { ...Object.fromEntries(kept), ...fields } };
  const index = list.findIndex((one) => one['name'] === name);
  if (index < 0) list.push(entry);
  else list[index] = entry;
}
