import type { Namespace } from '../../types/index.js';
import { invalidValue } from '../field-errors.js';
import { dnsLabelProblems } from '../names.js';
import { metadataWritten, withToldStatus } from '../object-parts.js';
import type { Strategy } from '../resource.js';
import { validateFinalizer } from '../validation/metadata.js';

const NAME_LABEL = 'kubernetes.io/metadata.name';

function withNameLabel(namespace: Namespace): Namespace {
  const { name = '', labels } = namespace.metadata;
  return labels?.[NAME_LABEL] === name || name === ''
    ? namespace
    : { ...namespace, metadata: { ...namespace.metadata, labels: { ...labels, [NAME_LABEL]: name } } };
}

/** v1 Namespace: it names itself in a label, and goes when its content has gone. */
export const namespaceStrategy: Strategy<Namespace> = {
  generation: false,
  nameProblems: dnsLabelProblems,
  defaults: withNameLabel,
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
    status: {
      merge: (given, old) =>
        withNameLabel(
          withToldStatus(given, old, { ...given.status, phase: given.status?.phase || 'Active' }),
        ),
    },
    finalize: {
      merge: (given, old) =>
        withNameLabel({ ...old, metadata: metadataWritten(given, old), spec: given.spec ?? {} }),
      validate: ({ spec }) =>
        (spec?.finalizers ?? []).flatMap((name, index) =>
          validateFinalizer(name, `spec.finalizers[${index}]`),
        ),
    },
  },
  validate({ metadata, spec }) {
    const { name, labels } = metadata;
    const finalizers = (spec?.finalizers ?? []).flatMap((one) => validateFinalizer(one, 'spec.finalizers'));
    return labels?.[NAME_LABEL] === name
      ? finalizers
      : [
          ...finalizers,
          invalidValue(`metadata.labels[${NAME_LABEL}]`, labels?.[NAME_LABEL] ?? '', `must be ${name}`),
        ];
  },
  selectableFields: ({ status }) => ({ 'status.phase': status?.phase ?? '' }),
  validateStatus({ metadata, status }) {
    const phase = status?.phase ?? '';
    const [expected, when] = metadata.deletionTimestamp ? ['Terminating', 'not empty'] : ['Active', 'empty'];
    return phase === expected
      ? []
      : [
          invalidValue(
            'status.Phase',
            phase,
            `may only be '${expected}' if \`deletionTimestamp\` is ${when}`,
          ),
        ];
  },
};
