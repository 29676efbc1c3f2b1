import type { FieldError } from '../../api/api-error.js';
import type { StorageClass } from '../../types/index.js';
import { duplicate, IMMUTABLE, invalidEach, invalidValue, notSupported, required } from '../field-errors.js';
import { fillUnset } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import { qualifiedNameProblems } from '../names.js';
import type { Strategy } from '../resource.js';
import { labelName } from '../validation/paths.js';
import type { Sent } from '../validation/sent.js';

type Topologies = NonNullable<StorageClass['allowedTopologies']>;
type Expression = NonNullable<Topologies[number]['matchLabelExpressions']>[number];

/** storage.k8s.io/v1 StorageClass: fixed once made. */
export const storageClassStrategy: Strategy<StorageClass> = {
  generation: false,
  defaults: (storage) => fillUnset(storage, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validate({ provisioner, parameters = {}, reclaimPolicy, volumeBindingMode = '', allowedTopologies }) {
    const errors: FieldError[] = provisioner
      ? invalidEach('provisioner', provisioner, qualifiedNameProblems(provisioner.toLowerCase()))
      : [required('provisioner')];
    if ('' in parameters) errors.push(invalidValue('parameters', '', 'field can not be empty.'));
    if (reclaimPolicy && !['Delete', 'Retain'].includes(reclaimPolicy))
      errors.push(notSupported('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']));
    if (!['Immediate', 'WaitForFirstConsumer'].includes(volumeBindingMode))
      errors.push(
        notSupported('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']),
      );
    return [...errors, ...validateTopologies(allowedTopologies ?? [])];
  },
  validateUpdate: (object, old) =>
    (['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const).flatMap((key) =>
      jsonEqual(object[key], old[key]) ? [] : [invalidValue(key, object[key], IMMUTABLE)],
    ),
};

/** Where volumes may be made: no place named twice. */
function validateTopologies(topologies: Topologies): FieldError[] {
  return topologies.flatMap(({ matchLabelExpressions = [] }, index) => {
    const at = `allowedTopologies[${index}].matchLabelExpressions`;
    const keys = new Set<string>();
    const errors = matchLabelExpressions.flatMap(({ key = '', values = [] }: Sent<Expression>, place) => {
      const found: FieldError[] = values.length === 0 ? [required(`${at}[${place}].values`)] : [];
      for (const [nth, value] of values.entries())
        if (values.indexOf(value) < nth) found.push(duplicate(`${at}[${place}].values[${nth}]`, value));
      found.push(...labelName(key, `${at}[${place}].key`));
      if (keys.has(key)) found.push(duplicate(`${at}[${place}].key`, key));
      keys.add(key);
      return found;
    });
    const isRepeated =
      matchLabelExpressions.length === 0 ||
      topologies.slice(0, index).some((one) => jsonEqual(one.matchLabelExpressions, matchLabelExpressions));
    return isRepeated ? [...errors, duplicate(at, '')] : errors;
  });
}
