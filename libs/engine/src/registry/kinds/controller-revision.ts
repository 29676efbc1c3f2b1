import type { ControllerRevision } from '../../types/index.js';
import { isJsonObject } from '@lotse/manifests';
import { IMMUTABLE, invalidValue, required } from '../field-errors.js';
import { jsonEqual } from '../json-equal.js';
import type { Strategy } from '../resource.js';
import { nonNegative } from '../validation/numbers.js';

/** apps/v1 ControllerRevision: what a set once was does not change. */
export const controllerRevisionStrategy: Strategy<ControllerRevision> = {
  generation: false,
  validate: ({ data, revision }) => [
    ...nonNegative(revision, 'revision'),
    ...(data === undefined || data === null
      ? [required('data', 'data is mandatory')]
      : isJsonObject(data)
        ? []
        : [required('data', 'data must be a valid JSON object')]),
  ],
  validatesUpdateAlone: true,
  validateUpdate: ({ data, revision }, old) => [
    ...nonNegative(revision, 'revision'),
    ...(jsonEqual(data, old.data) ? [] : [invalidValue('data', data, IMMUTABLE)]),
  ],
};
