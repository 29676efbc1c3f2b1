import { expect, it } from 'vitest';
import { redactText } from './redact.js';

it('takes NUL characters out, which no database keeps as text', () => {
  expect(redactText('aborting due to possible corruption\0 on the remote side')).toBe(
    'aborting due to possible corruption on the remote side',
  );
});
