import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Files = Record<string, string>;

const HELPERS = `{{- define "app.name" -}}{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}{{- end }}
{{- define "app.fullname" -}}{{ printf "%s-%s" .Release.Name (include "app.name" .) | trunc 63 | trimSuffix "-" }}{{- end }}
{{- define "app.labels" -}}
app.kubernetes.io/name: {{ include "app.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}
`;

const WORKLOAD = `{{- range $name, $service := .Values.services }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "app.fullname" $ }}-{{ $name }}
  labels:
    {{- include "app.labels" $ | nindent 4 }}
spec:
  replicas: {{ $service.replicas | default 1 }}
  selector:
    matchLabels:
      app: {{ $name | quote }}
  template:
    metadata:
      labels:
        app: {{ $name | quote }}
      annotations:
        checksum/config: {{ toJson $service | sha256sum }}
    spec:
      containers:
      - name: {{ $name }}
        image: "{{ $service.image.repository }}:{{ $service.image.tag | default $.Chart.AppVersion }}"
        {{- with $service.env }}
        env:
        {{- range $key, $value := . }}
        - name: {{ $key | upper }}
          value: {{ tpl (toString $value) $ | quote }}
        {{- end }}
        {{- end }}
        {{- if $service.resources }}
        resources: {{- toYaml $service.resources | nindent 10 }}
        {{- end }}
{{- end }}
`;

function services(count: number): string {
  const one = (index: number): string => `  service-${index}:
    replicas: ${1 + (index % 5)}
    image: {repository: registry.example/service-${index}, tag: "1.${index}"}
    env:
      log_level: info
      peer: "{{ .Release.Name }}-{{ .Values.nameOverride | default \\"x\\" }}:80${index}"
    resources:
      requests: {cpu: 100m, memory: 64Mi}
      limits: {memory: 128Mi}
`;
  return `nameOverride: ""\nlabels:\n  team: shop\nservices:\n${Array.from({ length: count }, (_, index) => one(index)).join('')}`;
}

function application(name: string, count: number): Files {
  return {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: 1.2.3\nappVersion: "4.5"\n`,
    'values.yaml': services(count),
    'templates/_helpers.tpl': HELPERS.replaceAll('"app.', `"${name}.`),
    'templates/workloads.yaml': WORKLOAD.replaceAll('"app.', `"${name}.`),
  };
}

function under(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

/** A chart of charts, each with values of its own. */
function umbrella(children: number): Files {
  const names = Array.from({ length: children }, (_, index) => `child-${index}`);
  return {
    'Chart.yaml': `apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies:\n${names
      .map((name) => `- {name: ${name}, version: 1.2.3, condition: ${name}.enabled}\n`)
      .join('')}`,
    'values.yaml': `global: {domain: example.org}\n${names.map((name, index) => `${name}: {enabled: ${index % 7 !== 6}}\n`).join('')}`,
    ...Object.assign({}, ...names.map((name) => under(`charts/${name}`, application(name, 6)))),
  };
}

function schemaOf(depth: number): unknown {
  const leaf = { type: ['string', 'integer', 'null'], description: 'what it is for '.repeat(6) };
  const fields = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`field${index}`, leaf]));
  return depth === 0
    ? { type: 'object', properties: fields }
    : { type: 'object', properties: { ...fields, left: schemaOf(depth - 1), right: schemaOf(depth - 1) } };
}

/** A definition as generators of custom resources write them. */
function definition(name: string): string {
  return JSON.stringify(
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${name}s.example.org` },
      spec: { group: 'example.org', versions: [{ name: 'v1', schema: { openAPIV3Schema: schemaOf(5) } }] },
    },
    null,
    1,
  );
}

/** Blocks of YAML for a JSON text: what definitions look like in charts. */
function block(value: unknown, indent: string): string {
  if (Array.isArray(value))
    return value.map((item) => `\n${indent}- ${block(item, `${indent}  `).trimStart()}`).join('');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, item]) => `\n${indent}${key}:${block(item, `${indent}  `)}`)
      .join('');
  return ` ${String(value)}`;
}

function definitions(count: number): Files {
  const files = Array.from({ length: count }, (_, index) => [
    `templates/crds/kind${index}.yaml`,
    `{{- if .Values.crds }}${block(JSON.parse(definition(`kind${index}`)), '')}\n{{- end }}\n`,
  ]);
  return {
    ...application('operator', 3),
    'values.yaml': `${services(3)}crds: true\n`,
    ...(Object.fromEntries(files) as Files),
  };
}

function dashboards(count: number): Files {
  const panels = Array.from({ length: 40 }, (_, id) => ({
    id,
    type: 'graph',
    title: `Panel ${id}`,
    expr: 'sum(rate(x[5m]))',
  }));
  const files = Array.from({ length: count }, (_, index) => [
    `dashboards/d${index}.json`,
    JSON.stringify({ title: `Board ${index}`, panels }, null, 2),
  ]);
  return {
    ...application('boards', 2),
    ...(Object.fromEntries(files) as Files),
    'templates/dashboards.yaml': `{{- range $path, $_ := .Files.Glob "dashboards/*.json" }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ base $path | replace "." "-" }}
data:
  {{ base $path }}: |
{{ $.Files.Get $path | indent 4 }}
{{- end }}
`,
  };
}

function withSchema(files: Files): Files {
  const service = {
    type: 'object',
    additionalProperties: false,
    required: ['image'],
    properties: {
      replicas: { type: 'integer', minimum: 0 },
      image: { type: 'object', required: ['repository'], properties: { repository: { type: 'string' } } },
      env: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
      resources: { type: 'object' },
    },
  };
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { services: { type: 'object', additionalProperties: service } },
  };
  return { ...files, 'values.schema.json': JSON.stringify(schema) };
}

const CHARTS: Record<string, () => Files> = {
  'one-service': () => application('shop', 1),
  'five-services': () => application('shop', 5),
  'forty-services': () => application('shop', 40),
  'two-hundred-services': () => application('shop', 200),
  'forty-services-with-schema': () => withSchema(application('shop', 40)),
  'ten-subcharts': () => umbrella(10),
  'fifty-subcharts': () => umbrella(50),
  'twenty-definitions': () => definitions(20),
  'thirty-dashboards': () => dashboards(30),
};

/** Writes charts of many sizes and habits to a temporary folder. */
export function writeGeneratedCharts(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'lotse-bench-charts-'));
  for (const [name, files] of Object.entries(CHARTS)) {
    for (const [path, text] of Object.entries(files())) {
      const file = join(folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
