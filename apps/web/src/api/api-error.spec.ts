import { describe, expect, it } from 'vitest';
import { ApiError, describeError } from './api-error.js';

describe('an error of the server', () => {
  it('is shown without the advice for programs', () => {
    const error = new ApiError(
      'application_not_found',
      'There is no application "web". List them with GET /api/v1/applications.',
      404,
    );
    expect(describeError(error).message).toBe('There is no application "web".');
  });

  it('keeps every other sentence', () => {
    const error = new ApiError('x', 'Reading https://a/b failed. GET it yourself.', 502);
    expect(describeError(error).message).toBe('Reading https://a/b failed. GET it yourself.');
  });
});
