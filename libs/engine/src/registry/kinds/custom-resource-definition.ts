import type { FieldError } from '../../api/api-error.js';
import { approvalErrors } from '../../crds/api-approval.js';
import type { CustomResourceDefinition } from '../../types/index.js';
import { caBundleProblem } from '../ca-bundle.js';
import { fill, within } from '../fill.js';
import { invalidValue, notSupported, required } from '../field-errors.js';
import { dns1035Problems, dnsSubdomainProblems } from '../names.js';
import type { Strategy } from '../resource.js';
import { conversionErrors, defaultConversion } from './custom-resource-conversion.js';
import { versionErrors } from './custom-resource-version.js';
import { selectableFieldErrors } from '../../crds/selectable-fields.js';
import { validateDefinitionStatus } from '../validation/status/definition-status.js';
import { structuralErrors } from '../../crds/structural-schema.js';

/** Keeps a definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** apiextensions.k8s.io/v1 CustomResourceDefinition. What it defines is served by `crds/custom-resources.ts`. */
export const customResourceDefinitionStrategy: Strategy<CustomResourceDefinition> = {
  allowUnconditionalUpdate: false,
  defaults: (definition) =>
    within(definition, 'spec', (spec) =>
      within(
        within(fill(spec, { conversion: { strategy: 'None' } }), 'names', (names) =>
          fill(names, { singular: names.kind?.toLowerCase(), listKind: names.kind && `${names.kind}List` }),
        ),
        'conversion',
        defaultConversion,
      ),
    ),
  prepareForCreate: (definition) => ({
    ...definition,
    status: {
      acceptedNames: { kind: '', plural: '' },
      conditions: [],
      storedVersions: (definition.spec?.versions ?? [])
        .filter(({ storage }) => storage)
        .map(({ name }) => name),
    },
  }),
  prepareForDelete: (definition) => ({
    ...definition,
    metadata: {
      ...definition.metadata,
      finalizers: [...new Set([...(definition.metadata.finalizers ?? []), CLEANUP_FINALIZER])],
    },
  }),
  validate: (definition) => [...definitionErrors(definition), ...approvalErrors(definition, undefined)],
  validatesUpdateAlone: true,
  validateUpdate(definition, old) {
    const { spec, status } = definition;
    const errors = [...definitionErrors(definition), ...bundleErrors(definition, old)];
    const known = new Set((spec?.versions ?? []).map(({ name }) => name));
    const missing = (status?.storedVersions ?? []).findIndex((version) => !known.has(version));
    if (missing >= 0)
      errors.push(
        invalidValue(
          `status.storedVersions[${missing}]`,
          status?.storedVersions?.[missing],
          'missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions'.replaceAll(
            /\bv1\b/g,
            status?.storedVersions?.[missing] ?? '',
          ),
        ),
      );
    const isFixed = isEstablished(old);
    for (const key of isFixed ? (['group', 'scope'] as const) : (['group'] as const))
      if (spec?.[key] !== old.spec?.[key])
        errors.push(invalidValue(`spec.${key}`, spec?.[key], 'field is immutable'));
    for (const key of isFixed ? (['plural', 'kind'] as const) : (['plural'] as const))
      if (spec?.names?.[key] !== old.spec?.names?.[key])
        errors.push(invalidValue(`spec.names.${key}`, spec?.names?.[key], 'field is immutable'));
    return [...errors, ...approvalErrors(definition, old)];
  },
  validateStatus: validateDefinitionStatus,
};

function isEstablished({ status }: CustomResourceDefinition): boolean {
  return (status?.conditions ?? []).some(({ type, status: is }) => type === 'Established' && is === 'True');
}

/** Certificates that can't be used are refused where usable ones, or none, served before. */
function bundleErrors({ spec }: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const { caBundle } = spec?.conversion?.webhook?.clientConfig ?? {};
  const problem = caBundleProblem(caBundle);
  if (problem === undefined || !isEstablished(old)) return [];
  const before = caBundleProblem(old.spec?.conversion?.webhook?.clientConfig?.caBundle);
  if (before !== undefined) return [];
  return [invalidValue('spec.conversion.webhookClientConfig.caBundle', caBundle, problem)];
}

/** What is wrong with a definition whatever it was before. */
function definitionErrors({ metadata, spec }: CustomResourceDefinition): FieldError[] {
  if (!spec) return [required('spec')];
  const errors: FieldError[] = [];
  // A client may have left out what the types say is always there.
  const { group = '', names, scope = '', versions = [] } = spec as Partial<typeof spec>;
  const expected = `${names?.plural}.${group}`;
  if (metadata.name !== expected)
    errors.push(invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group'));
  if (!group) errors.push(required('spec.group'));
  else
    for (const problem of dnsSubdomainProblems(group))
      errors.push(invalidValue('spec.group', group, problem));
  if (group && !group.includes('.'))
    errors.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
  if (!['Cluster', 'Namespaced'].includes(scope))
    errors.push(
      scope ? notSupported('spec.scope', scope, ['Cluster', 'Namespaced']) : required('spec.scope'),
    );
  for (const key of ['plural', 'singular', 'kind', 'listKind'] as const) {
    const name = names?.[key];
    if (!name) errors.push(required(`spec.names.${key}`));
    else
      for (const problem of dns1035Problems(name.toLowerCase()))
        errors.push(invalidValue(`spec.names.${key}`, name, problem));
  }
  if (names?.kind && names.kind === names.listKind)
    errors.push(invalidValue('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'));
  if (versions.length === 0) errors.push(required('spec.versions', 'must have at least one version'));
  errors.push(...conversionErrors(spec.conversion));
  if ((spec as { preserveUnknownFields?: unknown }).preserveUnknownFields === true)
    errors.push(
      invalidValue(
        'spec.preserveUnknownFields',
        true,
        'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ),
    );
  const storage = versions.filter((version) => version.storage).length;
  if (versions.length > 0 && storage !== 1)
    errors.push(
      invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version'),
    );
  const seen = new Set<string>();
  for (const [index, version] of versions.entries()) {
    const at = `spec.versions[${index}]`;
    for (const problem of dns1035Problems(version.name ?? ''))
      errors.push(invalidValue(`${at}.name`, version.name ?? '', problem));
    seen.add(version.name);
    errors.push(...versionErrors(version, at));
    const schema = version.schema?.openAPIV3Schema;
    if (!schema) errors.push(required(`${at}.schema.openAPIV3Schema`));
    else
      errors.push(
        ...structuralErrors(schema, `${at}.schema.openAPIV3Schema`),
        ...selectableFieldErrors(version.selectableFields, schema, `${at}.selectableFields`),
      );
  }
  if (seen.size < versions.length)
    errors.push(invalidValue('spec.versions', versions, 'must contain unique version names'));
  for (const key of ['shortNames', 'categories'] as const)
    for (const [index, name] of (names?.[key] ?? []).entries()) {
      const problems = dns1035Problems(name);
      if (problems.length > 0)
        errors.push(invalidValue(`spec.names.${key}[${index}]`, name, problems.join(',')));
    }
  return errors;
}
