import { forbidden } from '../api/api-error.js';
import { each, fill, within } from '../registry/fill.js';
import { objectName } from '../store/stored-object.js';
import type { Container, Pod, PodSpec, ServiceAccount, Volume } from '../types/index.js';
import { createdPod } from './is-pod.js';
import type { AdmissionPlugin } from './plugin.js';

/** Names of the volumes that this makes; a volume may still lack its name here. */
const API_ACCESS = /^kube-api-access-/;
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
/** An hour and seven seconds: told apart from tokens whose life somebody chose. */
const TOKEN_SECONDS = 3607;

/** Shared by all pods: only the volume's name differs. */
const SOURCES: NonNullable<Volume['projected']> = {
  defaultMode: 420,
  sources: [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
  ],
};

/** Gives a pod an identity: the namespace's `default` account unless it names one, and a token to show. */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  admit(request, { store, random }) {
    const pod = createdPod(request);
    if (!pod?.spec || pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined)
      return request.object;
    const { namespace } = pod.metadata;
    const name = pod.spec.serviceAccountName || 'default';
    const account = store.get('/serviceaccounts', objectName(namespace, name)) as ServiceAccount | undefined;
    // The account `default` is on its way in every namespace: waiting for it would only make clients try again.
    if (!account && name !== 'default')
      throw forbidden(
        request.resource,
        pod.metadata.name ?? '',
        `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
      );
    let spec: PodSpec = { ...pod.spec, serviceAccountName: name, serviceAccount: name };
    if ((spec.imagePullSecrets ?? []).length === 0 && account?.imagePullSecrets)
      spec = { ...spec, imagePullSecrets: account.imagePullSecrets };
    const mounts = spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true;
    return { ...pod, spec: mounts ? withToken(spec, () => random.suffix(5)) : spec } as Pod;
  },
};

function withToken(given: PodSpec, suffix: () => string): PodSpec {
  // What is missing is found when the pod is validated.
  const spec = fill(given, { containers: [] });
  const lacks = ({ volumeMounts = [] }: Container): boolean =>
    !volumeMounts.some(({ mountPath }) => mountPath === MOUNT_PATH);
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (!containers.some(lacks)) return spec;
  const existing = (spec.volumes ?? []).find(({ name }) => API_ACCESS.test(name))?.name;
  const name = existing ?? `kube-api-access-${suffix()}`;
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH };
  const mounted = (container: Container): Container =>
    lacks(container) ? { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] } : container;
  const withMounts = within(
    { ...spec, containers: each(spec.containers, mounted) },
    'initContainers',
    (list) => each(list, mounted),
  );
  return existing
    ? withMounts
    : { ...withMounts, volumes: [...(spec.volumes ?? []), { name, projected: SOURCES }] };
}
