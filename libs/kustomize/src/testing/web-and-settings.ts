import { MemoryFileTree, type JsonValue } from '@lotse/manifests';
import { buildKustomization, type KustomizeBuildRequest } from '../build-kustomization.js';

/** A ConfigMap named settings. */
export const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n';
/** A Deployment named web that refers to it. */
export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.0
        ports:
        - {containerPort: 80}
        envFrom:
        - configMapRef: {name: settings}
      - {name: side, image: busybox}
`;

/** The text of a build over these files. */
export function build(
  files: Record<string, string | Uint8Array>,
  request: Partial<KustomizeBuildRequest> = {},
): string {
  return buildKustomization({ tree: new MemoryFileTree(files), path: '', ...request }).text;
}

/** Builds one kustomization over the two objects above (web.yaml, settings.yaml): objects by `Kind/name`. */
export function objects(
  kustomization: string,
  files: Record<string, string> = {},
): Record<string, JsonValue> {
  const tree = new MemoryFileTree({
    'web.yaml': DEPLOYMENT,
    'settings.yaml': CONFIG_MAP,
    ...files,
    'kustomization.yaml': kustomization,
  });
  const result = buildKustomization({ tree, path: '' });
  return Object.fromEntries(
    result.objects.map((object) => [
      `${object.kind}/${object.metadata.name ?? ''}`,
      object as unknown as JsonValue,
    ]),
  );
}
