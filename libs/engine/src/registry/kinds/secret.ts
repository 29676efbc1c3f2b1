import { isJsonObject } from '@lotse/manifests';
import { jsonSyntaxError } from '../../api/json-syntax.js';
import type { FieldError } from '../../api/api-error.js';
import type { Secret } from '../../types/index.js';
import { forbiddenField, IMMUTABLE, invalidValue, required, tooLong } from '../field-errors.js';
import { fill } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import { configKeyProblems } from '../names.js';
import type { Strategy } from '../resource.js';
import { LARGEST_DATA } from './config-map.js';

/** Keys without which a secret of that type is of no use. */
const REQUIRED_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']],
  ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
  ['kubernetes.io/dockercfg', ['.dockercfg']],
  ['kubernetes.io/ssh-auth', ['ssh-privatekey']],
]);

/** A JSON object; what is wrong is told without what is there. */
function validateJson(base64: string, field: string): FieldError[] {
  const bytes = Buffer.from(base64, 'base64');
  const problem = jsonSyntaxError(bytes) ?? kindProblem(JSON.parse(bytes.toString()));
  return problem === undefined ? [] : [invalidValue(field, '<secret contents redacted>', problem)];
}

function kindProblem(value: unknown): string | undefined {
  if (value === null || isJsonObject(value)) return undefined;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}

/** v1 Secret: `stringData` is a convenience for writers and never stored. */
export const secretStrategy: Strategy<Secret> = {
  generation: false,
  defaults(secret) {
    const { stringData, ...rest } = secret;
    if (!stringData) return fill(secret, { type: 'Opaque' });
    const encoded = Object.entries(stringData).map(([key, value]) => [
      key,
      Buffer.from(value).toString('base64'),
    ]);
    return fill({ ...rest, data: { ...rest.data, ...Object.fromEntries(encoded) } }, { type: 'Opaque' });
  },
  validate({ data = {}, type = '', metadata }) {
    const errors = [];
    let bytes = 0;
    for (const [key, value] of Object.entries(data)) {
      for (const problem of configKeyProblems(key)) errors.push(invalidValue(`data[${key}]`, key, problem));
      bytes += Math.floor((value.length * 3) / 4);
    }
    if (bytes > LARGEST_DATA) errors.push(tooLong('data', LARGEST_DATA));
    for (const key of REQUIRED_KEYS.get(type) ?? []) {
      const isEmpty = type === 'kubernetes.io/ssh-auth' && data[key] === '';
      if (!Object.hasOwn(data, key) || isEmpty) errors.push(required(`data[${key}]`));
      else if (type.startsWith('kubernetes.io/dockerc'))
        errors.push(...validateJson(data[key] ?? '', `data[${key}]`));
    }
    if (
      type === 'kubernetes.io/basic-auth' &&
      !Object.hasOwn(data, 'username') &&
      !Object.hasOwn(data, 'password')
    ) {
      errors.push(required('data[username]'), required('data[password]'));
    }
    const account = 'kubernetes.io/service-account.name';
    if (type === 'kubernetes.io/service-account-token' && !metadata.annotations?.[account])
      errors.push(required(`metadata.annotations[${account}]`));
    return errors;
  },
  validateUpdate(object, old) {
    const errors = [];
    if (object.type !== old.type) errors.push(invalidValue('type', object.type, IMMUTABLE));
    if (!old.immutable) return errors;
    const text = 'field is immutable when `immutable` is set';
    if (!object.immutable) errors.push(forbiddenField('immutable', text));
    if (!jsonEqual(object.data, old.data)) errors.push(forbiddenField('data', text));
    return errors;
  },
  selectableFields: ({ type }) => ({ type: type ?? '' }),
};
