import type { Application } from '../../api/types.js';

export interface CreateForm {
  name: string;
  project: string;
  repoURL: string;
  revision: string;
  path: string;
  namespace: string;
  createNamespace: boolean;
  automated: boolean;
  prune: boolean;
  selfHeal: boolean;
}

export const EMPTY_FORM: CreateForm = {
  name: '',
  project: 'default',
  repoURL: '',
  revision: '',
  path: '',
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
  if (!form.repoURL.trim()) problems.repoURL = 'Say where the repository is.';
  if (!form.path.trim()) problems.path = 'Say which directory; "." is the whole repository.';
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
      source: {
        repoURL: form.repoURL.trim(),
        path: form.path.trim(),
        targetRevision: form.revision.trim() || 'HEAD',
      },
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
