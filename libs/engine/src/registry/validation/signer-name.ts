import type { FieldError } from '../../api/api-error.js';
import { invalidEach, invalidValue, required, tooLong } from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems, LONGEST_SUBDOMAIN } from '../names.js';

const LONGEST_NAME = 571;

/** Who signs: a domain and a path, `example.com/name` (ValidateSignerName). */
export function validateSignerName(name: string, field: string): FieldError[] {
  if (!name) return [required(field)];
  const [domain = '', path = '', ...more] = name.split('/');
  if (more.length > 0 || !name.includes('/'))
    return [
      invalidValue(
        field,
        name,
        "must be a fully qualified domain and path of the form 'example.com/signer-name'",
      ),
    ];
  const errors: FieldError[] = domain.length > LONGEST_SUBDOMAIN ? [tooLong(field, LONGEST_SUBDOMAIN)] : [];
  const firstProblems = (text: string, problemsOf: (label: string) => string[]) => {
    const label = text.split('.').find((one) => problemsOf(one).length > 0);
    if (label === undefined) return;
    const problems = problemsOf(label).map(
      (problem) => `validating label ${JSON.stringify(label)}: ${problem}`,
    );
    errors.push(...invalidEach(field, text, problems));
  };
  firstProblems(domain, dnsLabelProblems);
  if (!domain.includes('.'))
    errors.push(
      invalidValue(field, domain, 'should be a domain with at least two segments separated by dots'),
    );
  firstProblems(path, dnsSubdomainProblems);
  if (name.length > LONGEST_NAME) errors.push(tooLong(field, LONGEST_NAME));
  return errors;
}
