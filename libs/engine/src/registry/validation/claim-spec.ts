import type { PersistentVolumeClaimSpec } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { forbiddenField, invalidEach, invalidValue, notSupported, required } from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems } from '../names.js';
import { canonicalQuantity, parseQuantity } from '../quantity.js';
import { noneOrOneOf } from './paths.js';
import { validateSelector } from './selectors.js';

/** How a volume may be used, by how many. */
export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
/** What a volume is to its container. */
export const VOLUME_MODES = ['Block', 'Filesystem'];
type Source = NonNullable<PersistentVolumeClaimSpec['dataSourceRef']>;

/** Which modes there are, and that one of them stands alone. */
export function validateAccessModes(modes: readonly string[], field: string): FieldError[] {
  const isAlone = modes.includes('ReadWriteOncePod');
  const hasOthers = modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode));
  return [
    ...modes.flatMap((mode) =>
      ACCESS_MODES.includes(mode) ? [] : [notSupported(field, mode, ACCESS_MODES)],
    ),
    ...(isAlone && hasOthers
      ? [forbiddenField(field, 'may not use ReadWriteOncePod with other access modes')]
      : []),
  ];
}

/** An amount of storage above nothing. */
export function validateStorage(amount: string | number, field: string): FieldError[] {
  return (parseQuantity(amount)?.nano ?? 0n) > 0n
    ? []
    : [invalidValue(field, canonicalQuantity(amount) ?? amount, 'must be greater than zero')];
}

/** What a claim asks for (ValidatePersistentVolumeClaimSpec). */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, field: string): FieldError[] {
  const { accessModes = [], selector, resources, storageClassName, dataSource, dataSourceRef } = spec;
  const errors: FieldError[] = [];
  if (accessModes.length === 0)
    errors.push(required(`${field}.accessModes`, 'at least 1 access mode is required'));
  errors.push(
    ...validateSelector(selector, `${field}.selector`),
    ...validateAccessModes(accessModes, `${field}.accessModes`),
  );
  const storage = resources?.requests?.['storage'];
  const at = `${field}.resources[storage]`;
  errors.push(...(storage === undefined ? [required(at)] : validateStorage(storage, at)));
  if (storageClassName)
    errors.push(
      ...invalidEach(`${field}.storageClassName`, storageClassName, dnsSubdomainProblems(storageClassName)),
    );
  errors.push(...noneOrOneOf(spec.volumeMode, `${field}.volumeMode`, VOLUME_MODES));
  if (dataSource) errors.push(...validateSource(dataSource, `${field}.dataSource`));
  if (dataSourceRef) errors.push(...validateSource(dataSourceRef, `${field}.dataSourceRef`));
  if (dataSource && dataSourceRef) {
    const isSame = (['apiGroup', 'kind', 'name'] as const).every(
      (key) => dataSource[key] === dataSourceRef[key],
    );
    if (dataSourceRef.namespace)
      errors.push(invalidValue(field, {}, 'may not be specified when dataSourceRef.namespace is specified'));
    // Kubernetes shows the path to the value where the value should be, which has no text.
    else if (!isSame) errors.push(invalidValue(field, {}, 'must match dataSourceRef'));
  }
  const attributes = spec.volumeAttributesClassName;
  if (attributes)
    errors.push(
      ...invalidEach(`${field}.volumeAttributesClassName`, attributes, dnsSubdomainProblems(attributes)),
    );
  return errors;
}

function validateSource(
  { name, kind = '', apiGroup, namespace }: Partial<Source>,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${field}.name`));
  if (!kind) errors.push(required(`${field}.kind`));
  if (!apiGroup && kind !== 'PersistentVolumeClaim')
    errors.push(
      invalidValue(field, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"),
    );
  if (apiGroup) errors.push(...invalidEach(`${field}.apiGroup`, apiGroup, dnsSubdomainProblems(apiGroup)));
  if (namespace) errors.push(...invalidEach(`${field}.namespace`, namespace, dnsLabelProblems(namespace)));
  return errors;
}
