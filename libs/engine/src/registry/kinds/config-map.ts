import type { ConfigMap } from '../../types/index.js';
import { forbiddenField, invalidValue, tooLong } from '../field-errors.js';
import { jsonEqual } from '../json-equal.js';
import { configKeyProblems } from '../names.js';
import type { Strategy } from '../resource.js';

/** Data of a ConfigMap or Secret altogether. */
export const LARGEST_DATA = 1024 * 1024;

/** v1 ConfigMap. */
export const configMapStrategy: Strategy<ConfigMap> = {
  generation: false,
  validate({ data = {}, binaryData = {} }) {
    const errors = [];
    let bytes = 0;
    for (const [key, value] of Object.entries(data)) {
      for (const problem of configKeyProblems(key)) errors.push(invalidValue(`data[${key}]`, key, problem));
      if (Object.hasOwn(binaryData, key))
        errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
      bytes += Buffer.byteLength(value);
    }
    for (const [key, value] of Object.entries(binaryData)) {
      for (const problem of configKeyProblems(key))
        errors.push(invalidValue(`binaryData[${key}]`, key, problem));
      bytes += Math.floor((value.length * 3) / 4);
    }
    if (bytes > LARGEST_DATA) errors.push(tooLong('', LARGEST_DATA));
    return errors;
  },
  validateUpdate(object, old) {
    if (!old.immutable) return [];
    const errors = [];
    const text = 'field is immutable when `immutable` is set';
    if (!object.immutable) errors.push(forbiddenField('immutable', text));
    if (!jsonEqual(object.data, old.data)) errors.push(forbiddenField('data', text));
    if (!jsonEqual(object.binaryData, old.binaryData)) errors.push(forbiddenField('binaryData', text));
    return errors;
  },
};
