import { createHash } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import compressed from '../generated/descriptions.json' with { type: 'json' };

/** Of each definition its own text, under the empty name, and those of its fields. */
type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

const CORE = 'io.k8s.api.core.v1.';
const MACHINERY = 'io.k8s.apimachinery.pkg.';
const EXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';

/** What Kubernetes' clients have no declaration of, or no comment on: fields that are a type of their own. */
const OWN: Descriptions = {
  [`${CORE}Container`]: {
    lifecycle: 'What to do when the container has started and before it is stopped.',
    livenessProbe:
      'Asked again and again while the container runs; it is restarted when the answer stays bad.',
    readinessProbe:
      'Asked again and again while the container runs; services send it no traffic while the answer is bad.',
    startupProbe: 'Asked until the answer is good once; the other probes wait for it.',
    resources: 'What the container asks for and what it may use at most.',
    securityContext: 'As whom and with which rights it runs. Wins over what the pod says.',
  },
  [`${CORE}Pod`]: {
    spec: 'What is to run, and where.',
    status: 'How the pod is, as its node has seen it last.',
  },
  [`${CORE}PodSpec`]: {
    affinity: 'Which nodes and which neighbours the pod needs, likes or avoids.',
    dnsConfig: 'Name servers, search domains and options, beside what dnsPolicy gives.',
    os: 'The operating system of the containers. Pods for Windows must say so.',
    securityContext: 'As whom and with which rights all containers run.',
  },
  [`${CORE}EnvVar`]: { valueFrom: 'Where the value comes from. Not together with value.' },
  [`${CORE}PodTemplateSpec`]: { spec: 'What each pod made from this is to run.' },
  'io.k8s.api.apps.v1.Deployment': {
    spec: 'Which pods, how many of them, and how they are replaced.',
    status: 'How far the pods have come.',
  },
  'io.k8s.api.apps.v1.DeploymentSpec': {
    selector: 'Which pods are its own. Must match the labels of the template, and can not be changed.',
    strategy: 'How pods of an older template are replaced by those of a newer one.',
    template: 'The pods to be made.',
  },
  [`${MACHINERY}api.resource.Quantity`]: {
    '': 'An amount with a unit: a decimal number and a suffix, such as 500m, 2, 1.5Gi or 10k. Binary suffixes are Ki, Mi, Gi, Ti, Pi and Ei; decimal ones are n, u, m, k, M, G, T, P and E.',
  },
  [`${MACHINERY}apis.meta.v1.Time`]: { '': 'A moment in RFC 3339, to the second: 2026-01-31T12:00:00Z.' },
  [`${MACHINERY}apis.meta.v1.MicroTime`]: {
    '': 'A moment in RFC 3339, to the microsecond: 2026-01-31T12:00:00.000000Z.',
  },
  [`${MACHINERY}apis.meta.v1.FieldsV1`]: {
    '': 'A set of fields as a tree: f:<name> is a field, k:<keys> an entry of a list told apart by keys, v:<value> an entry of a set.',
  },
  [`${MACHINERY}apis.meta.v1.GroupResource`]: {
    group: 'The API group; empty for the core group.',
    resource: 'The plural name, such as deployments.',
  },
  [`${MACHINERY}runtime.RawExtension`]: { '': 'An object of any kind.' },
  [`${MACHINERY}util.intstr.IntOrString`]: {
    '': 'A number, or a string: the name of a port, or a percentage such as 25%.',
  },
  [`${EXTENSIONS}CustomResourceSubresourceStatus`]: {
    '': 'Gives objects a status of their own: what writes the object leaves the status alone, and the other way round.',
  },
  [`${EXTENSIONS}JSON`]: { '': 'Any value JSON has.' },
  [`${EXTENSIONS}JSONSchemaPropsOrArray`]: { '': 'A schema, or a list of them.' },
  [`${EXTENSIONS}JSONSchemaPropsOrBool`]: { '': 'A schema, or whether anything is allowed.' },
  [`${EXTENSIONS}JSONSchemaPropsOrStringArray`]: { '': 'A schema, or a list of names of fields.' },
};

/** A kind whose texts on the fields that all objects have stand for those of all kinds. */
const ANY_KIND = `${CORE}ConfigMap`;
const METADATA = "Standard object's metadata: name, labels, annotations and what else every object has.";

let kept: WeakRef<Descriptions> | undefined;

/** The table, unpacked when documents are made and let go again after. */
function table(): Descriptions {
  const known = kept?.deref();
  if (known) return known;
  const text = brotliDecompressSync(Buffer.from(compressed.brotli, 'base64')).toString('utf8');
  const made = JSON.parse(text) as Descriptions;
  kept = new WeakRef(made);
  return made;
}

/** Changes when the texts do. */
export const DESCRIPTIONS_DIGEST: string = createHash('sha256')
  .update(compressed.brotli)
  .update(JSON.stringify(OWN))
  .digest('hex');

/** What is said of a definition such as `io.k8s.api.core.v1.Pod`; undefined where nothing is. */
export function describeType(definition: string): string | undefined {
  return describeField(definition, '');
}

/** What is said of a field of a definition. */
export function describeField(definition: string, field: string): string | undefined {
  for (const texts of [table(), OWN]) {
    const found = Object.hasOwn(texts, definition) ? texts[definition] : undefined;
    if (found && Object.hasOwn(found, field) && found[field] !== '') return found[field];
  }
  return undefined;
}

/** What is said of the fields that all objects have. */
export function describeObjectField(field: string): string | undefined {
  return field === 'metadata' ? METADATA : describeField(ANY_KIND, field);
}
