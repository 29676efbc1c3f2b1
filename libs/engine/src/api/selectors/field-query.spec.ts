import { expect, it } from 'vitest';
import { unknownField } from './field-query.js';

it('refuses a field of custom resources as their API server does, whether or not they have fields to select by', () => {
  for (const strategy of [{}, { selectableFields: () => ({ 'spec.color': '' }) }])
    expect(
      unknownField({ group: 'example.com', kind: 'Widget', custom: true, strategy }, 'spec.size').status,
    ).toMatchObject({ code: 400, reason: 'BadRequest', message: 'field label not supported: spec.size' });
});
