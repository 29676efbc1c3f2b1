import type { Application, ApplicationSource } from '../../api/types.js';

export interface CreateForm {
  name: string;
  project: string;
  source: 'git' | 'chart';
  repoURL: string;
  revision: string;
  path: string;
  chartRepoURL: string;
  chart: string;
  chartVersion: string;
  values: string;
  namespace: string;
  createNamespace: boolean;
  automated: boolean;
  prune: boolean;
  selfHeal: boolean;
}

/** What the fields of one kind of source are given. */
export interface SourceFieldsProps {
  form: CreateForm;
  problems: Partial<Record<keyof CreateForm, string>>;
  set: (patch: Partial<CreateForm>) => void;
}

export const EMPTY_FORM: CreateForm = {
  name: '',
  project: 'default',
  source: 'git',
  repoURL: '',
  revision: '',
  path: '',
  chartRepoURL: '',
  chart: '',
  chartVersion: '',
  values: '',
  namespace: '',
  createNamespace: true,
  automated: true,
  prune: true,
  selfHeal: true,
};

/** The names Kubernetes gives to namespaces and, with dots, to objects (RFC 1123). */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** What is wrong with the form, per field; the server checks again. */
export function problemsOf(form: CreateForm): Partial<Record<keyof CreateForm, string>> {
  const problems: Partial<Record<keyof CreateForm, string>> = {};
  if (!NAME.test(form.name))
    problems.name = 'Lower-case letters, digits, "-" and "."; starts and ends with a letter or digit.';
  if (form.source === 'chart') {
    if (!form.chartRepoURL.trim()) problems.chartRepoURL = 'Say where the charts are.';
    if (!form.chart.trim()) problems.chart = 'Say which chart.';
  } else {
    if (!form.repoURL.trim()) problems.repoURL = 'Say where the repository is.';
    if (!form.path.trim()) problems.path = 'Say which directory; "." is the whole repository.';
  }
  if (form.namespace && !LABEL.test(form.namespace))
    problems.namespace = 'Lower-case letters, digits and "-", at most 63.';
  return problems;
}

/** The Application the form describes. */
export function toApplication(form: CreateForm): Application {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: form.name },
    spec: {
      project: form.project,
      source: form.source === 'chart' ? chartSource(form) : gitSource(form),
      destination: {
        server: 'https://kubernetes.default.svc',
        namespace: form.namespace.trim() || 'default',
      },
      syncPolicy: {
        ...(form.automated ? { automated: { prune: form.prune, selfHeal: form.selfHeal } } : {}),
        ...(form.createNamespace ? { syncOptions: ['CreateNamespace=true'] } : {}),
      },
    },
  };
}

function gitSource(form: CreateForm): ApplicationSource {
  return {
    repoURL: form.repoURL.trim(),
    path: form.path.trim(),
    targetRevision: form.revision.trim() || 'HEAD',
  };
}

function chartSource(form: CreateForm): ApplicationSource {
  return {
    repoURL: form.chartRepoURL.trim(),
    chart: form.chart.trim(),
    targetRevision: form.chartVersion.trim() || '*',
    ...(form.values.trim() && { helm: { values: form.values } }),
  };
}
