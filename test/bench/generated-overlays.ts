import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Overlays as large as the largest public ones: many resources that refer to each other, and definitions of custom resources. */
export function writeGeneratedOverlays(): { overlays: string[]; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'lotse-overlays-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const overlay = (name: string, base: string): string => {
    write(
      `${name}/overlay/kustomization.yaml`,
      'resources: [../base]\nnamespace: bench\nnamePrefix: b-\nimages: [{name: nginx, newTag: "2"}]\nlabels: [{pairs: {team: x}, includeSelectors: true}]\npatches: [{target: {kind: Deployment}, patch: \'[{"op": "replace", "path": "/spec/replicas", "value": 3}]\'}]\n',
    );
    write(`${name}/base/all.yaml`, base);
    write(
      `${name}/base/kustomization.yaml`,
      'resources: [all.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=b]}]\n',
    );
    return `${folder}//${name}/overlay`;
  };
  const services = Array.from({ length: 200 }, (_, index) => service(`app${index}`)).join('');
  const definitions = Array.from({ length: 10 }, (_, index) => definition(`kind${index}`)).join('');
  return {
    overlays: [
      overlay('400-resources', services),
      overlay('3.5-MB-of-definitions', definitions + service('app')),
    ],
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function service(name: string): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: 1
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
      - name: main
        image: nginx:1
        envFrom: [{configMapRef: {name: settings}}]
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec:
  selector: {app: ${name}}
  ports: [{port: 80}]
`;
}

/** About 350 KB of schema with descriptions, as generators write it. */
function definition(name: string): string {
  const lines: string[] = [];
  for (let outer = 0; outer < 35; outer++) {
    lines.push(`              field${outer}:`, '                type: object', '                properties:');
    for (let inner = 0; inner < 50; inner++)
      lines.push(
        `                  inner${inner}:`,
        '                    description: |-',
        '                      What this field does, in the words of whoever wrote it, which go on for',
        '                      more than a line: most of them do.',
        '                    type: string',
      );
  }
  return `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${name}s.bench.example.com
spec:
  group: bench.example.com
  names: {kind: ${name}, plural: ${name}s}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
${lines.join('\n')}
`;
}
