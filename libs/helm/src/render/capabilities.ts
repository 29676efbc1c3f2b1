import { define } from '../functions/signature.js';
import { GoStruct, type GoValue, TypedSlice } from '../template/values.js';
import { HelmError } from '../chart/chart-error.js';

/** Which Helm is imitated. */
export type HelmGeneration = 3 | 4;

/** The Kubernetes version a chart sees when none is given: the one Helm 4.3's client library is made for. */
export const DEFAULT_KUBE_VERSION = 'v1.37.0';

/** API versions that are always there: those Helm's client library knows. */
const KNOWN_API_VERSIONS = `v1
admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1 admissionregistration.k8s.io/v1beta1
internal.apiserver.k8s.io/v1alpha1 apps/v1 apps/v1beta1 apps/v1beta2
authentication.k8s.io/v1 authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1
authorization.k8s.io/v1 authorization.k8s.io/v1beta1 autoscaling/v1 autoscaling/v2 batch/v1 batch/v1beta1
certificates.k8s.io/v1 certificates.k8s.io/v1beta1 certificates.k8s.io/v1alpha1
coordination.k8s.io/v1alpha2 coordination.k8s.io/v1beta1 coordination.k8s.io/v1
discovery.k8s.io/v1 discovery.k8s.io/v1beta1 events.k8s.io/v1 events.k8s.io/v1beta1 extensions/v1beta1
flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1beta2
flowcontrol.apiserver.k8s.io/v1beta3 lifecycle.k8s.io/v1alpha1 networking.k8s.io/v1 networking.k8s.io/v1beta1
node.k8s.io/v1 node.k8s.io/v1alpha1 node.k8s.io/v1beta1 policy/v1 policy/v1beta1
rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1
resource.k8s.io/v1 resource.k8s.io/v1beta2 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3
scheduling.k8s.io/v1alpha3 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1
storage.k8s.io/v1beta1 storage.k8s.io/v1 storage.k8s.io/v1alpha1 storagemigration.k8s.io/v1
storagemigration.k8s.io/v1beta1 apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1`.split(/\s+/);

const HELM_VERSIONS: Record<HelmGeneration, string> = { 3: 'v3.22.0', 4: 'v4.3.1' };
const GO_VERSION = 'go1.26.8';

/** A Kubernetes version as charts see it. */
export interface KubeVersion {
  /** As given, with a leading `v`. */
  readonly version: string;
  /** Major, minor and patch only, for constraints. */
  readonly normalized: string;
  readonly major: string;
  readonly minor: string;
}

/** Reads a Kubernetes version such as `1.33`, `v1.33.4` or `v1.33.4-gke.1245000`. Throws {@link HelmError}. */
export function parseKubeVersion(text: string): KubeVersion {
  const match = /^\s*v?(\d+)\.(\d+)((?:\.\d+)*)(.*)$/.exec(text);
  if (!match) {
    throw new HelmError(
      'helm/kube-version',
      `invalid kube version '${text}': could not parse ${JSON.stringify(text)} as version; write it like v1.33.4`,
    );
  }
  const [, major = '', minor = '', rest = ''] = match;
  const version = text.startsWith('v') ? text : `v${text}`;
  return { version, normalized: `v${major}.${minor}${rest || '.0'}`, major, minor };
}

/** The `.Capabilities` object. */
export function capabilitiesObject(
  kube: KubeVersion,
  apiVersions: readonly string[],
  generation: HelmGeneration,
): GoStruct {
  const prefix = generation === 4 ? 'common' : 'chartutil';
  const shown = generation === 4 ? kube.version : kube.normalized;
  return new GoStruct(
    `*${prefix}.Capabilities`,
    new Map<string, GoValue>([
      ['KubeVersion', kubeVersionObject(kube, shown, prefix, generation)],
      ['APIVersions', versionSet([...KNOWN_API_VERSIONS, ...apiVersions], prefix)],
      ['HelmVersion', helmVersionObject(generation)],
    ]),
  );
}

function kubeVersionObject(
  kube: KubeVersion,
  shown: string,
  prefix: string,
  generation: HelmGeneration,
): GoStruct {
  const fields = new Map<string, GoValue>([
    ['Version', shown],
    ['Major', kube.major],
    ['Minor', kube.minor],
  ]);
  const methods = new Map([
    ['GitVersion', define('', () => shown)],
    ['String', define('', () => kube.normalized)],
  ]);
  // A printed struct shows the field Helm 4 keeps for itself too; the String method is the pointer's and does not print.
  const inner = generation === 4 ? `${shown} ${kube.normalized}` : shown;
  return new KubeVersionObject(
    `${prefix}.KubeVersion`,
    fields,
    methods,
    () => `{${inner} ${kube.major} ${kube.minor}}`,
  );
}

class KubeVersionObject extends GoStruct {
  override addressedString(): string | undefined {
    return this.methods.get('String')?.call() as string;
  }

  override goJson(): GoValue {
    return this.fields as Map<string, GoValue>;
  }
}

function versionSet(versions: readonly string[], prefix: string): TypedSlice<string> {
  const set = TypedSlice.of_('string', versions);
  const known = new Set(versions);
  set.typeName = `${prefix}.VersionSet`;
  set.methods = new Map([['Has', define('string', (version) => known.has(version))]]);
  return set;
}

class HelmVersionObject extends GoStruct {
  override goJson(): GoValue {
    const json = new Map<string, GoValue>([
      ['version', this.fields.get('Version')],
      ['go_version', this.fields.get('GoVersion')],
    ]);
    const client = this.fields.get('KubeClientVersion');
    if (client !== undefined) json.set('kube_client_version', client);
    return json;
  }
}

function helmVersionObject(generation: HelmGeneration): GoStruct {
  const fields = new Map<string, GoValue>([
    ['Version', HELM_VERSIONS[generation]],
    ['GitCommit', ''],
    ['GitTreeState', ''],
    ['GoVersion', GO_VERSION],
  ]);
  if (generation === 4) fields.set('KubeClientVersion', 'v1.37');
  return new HelmVersionObject('version.BuildInfo', fields);
}
