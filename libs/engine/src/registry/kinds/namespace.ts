import type { Namespace } from '../../types/index.js';
import { invalidValue } from '../field-errors.js';
import { dnsLabelProblems } from '../names.js';
import type { Strategy } from '../resource.js';

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** v1 Namespace: it names itself in a label, and goes when its content has gone. */
export const namespaceStrategy: Strategy<Namespace> = {
  generation: false,
  nameProblems: dnsLabelProblems,
  defaults(namespace) {
    const { name = '', labels } = namespace.metadata;
    return labels?.[NAME_LABEL] === name || name === ''
      ? namespace
      : { ...namespace, metadata: { ...namespace.metadata, labels: { ...labels, [NAME_LABEL]: name } } };
  },
  prepareForCreate: (namespace) => ({
    ...namespace,
    spec: {
      ...namespace.spec,
      finalizers: [...new Set([...(namespace.spec?.finalizers ?? []), 'kubernetes'])],
    },
    status: { phase: 'Active' },
  }),
  prepareForUpdate: (namespace, old) => (old.spec ? { ...namespace, spec: old.spec } : namespace),
  prepareForDelete: (namespace) => ({ ...namespace, status: { ...namespace.status, phase: 'Terminating' } }),
  mayVanish: (namespace) => (namespace.spec?.finalizers ?? []).length === 0,
  writes: {
    finalize: {
      merge: (given, old) => ({ ...old, spec: given.spec ?? {} }),
    },
  },
  validate({ metadata }) {
    const { name, labels } = metadata;
    return labels?.[NAME_LABEL] === name
      ? []
      : [invalidValue(`metadata.labels[${NAME_LABEL}]`, labels?.[NAME_LABEL] ?? '', `must be ${name}`)];
  },
  selectableFields: ({ status }) => ({ 'status.phase': status?.phase ?? '' }),
};
