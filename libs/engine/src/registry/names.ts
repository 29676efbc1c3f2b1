/* Syntax of names, labels and the like, each check answering the sentences Kubernetes answers (apimachinery util/validation). */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';
const ENV_NAME = '[ -<>-~]*';
const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const PORT_NAME_LENGTH = 15;

const SEARCH_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';

const anchored = (pattern: string): RegExp => new RegExp(`^${pattern}$`);
const labelPattern = anchored(LABEL);
const subdomainPattern = anchored(SUBDOMAIN);
const searchLabelPattern = anchored(SEARCH_LABEL);
const label1035Pattern = anchored(LABEL_1035);
const qualifiedPattern = anchored(QUALIFIED);
const labelValuePattern = anchored(LABEL_VALUE);
const envNamePattern = /^[ -<>-~]+$/;
const configKeyPattern = anchored(CONFIG_KEY);

/** Longest DNS label and longest DNS name (RFC 1123). */
export const LONGEST_LABEL = 63;
export const LONGEST_SUBDOMAIN = 253;

const tooLongText = (limit: number): string => `must be no more than ${limit} bytes`;
const longNameText = (limit: number): string => `must be no more than ${limit} characters`;

function regexText(message: string, pattern: string, ...examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}'`).join(',  or ');
  return `${message} (e.g. ${shown}, regex used for validation is '${pattern}')`;
}

/** A DNS label: names of pods' containers, services, namespaces. Empty when fine. */
export function dnsLabelProblems(name: string): string[] {
  const problems: string[] = [];
  if (name.length > LONGEST_LABEL) problems.push(longNameText(LONGEST_LABEL));
  const start = name.slice(0, LONGEST_SUBDOMAIN + 1);
  if (!labelPattern.test(start)) {
    problems.push(
      subdomainPattern.test(start)
        ? 'must not contain dots'
        : regexText(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
            LABEL,
            'my-name',
            '123-abc',
          ),
    );
  }
  return problems;
}

/** A DNS-1035 label, which may not start with a digit. */
export function dns1035Problems(name: string): string[] {
  const problems: string[] = [];
  if (name.length > LONGEST_LABEL) problems.push(longNameText(LONGEST_LABEL));
  if (!label1035Pattern.test(name.slice(0, LONGEST_SUBDOMAIN + 1))) {
    problems.push(
      regexText(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        LABEL_1035,
        'my-name',
        'abc-123',
      ),
    );
  }
  return problems;
}

/** A DNS name: the names of most objects. */
export function dnsSubdomainProblems(name: string): string[] {
  const problems: string[] = [];
  if (name.length > LONGEST_SUBDOMAIN) problems.push(longNameText(LONGEST_SUBDOMAIN));
  const labels = name.slice(0, LONGEST_SUBDOMAIN + 1).split('.');
  if (!labels.every((label) => labelPattern.test(label))) {
    problems.push(
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`,
    );
  }
  return problems;
}

/** A wildcard DNS name such as `*.example.com`. */
export function wildcardDnsProblems(name: string): string[] {
  if (
    name.startsWith('*.') &&
    dnsSubdomainProblems(name.slice(2)).length === 0 &&
    name.length <= LONGEST_SUBDOMAIN
  )
    return [];
  return [
    `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.${SUBDOMAIN}')`,
  ];
}

/** A label or annotation key: an optional DNS prefix, then a name. */
export function qualifiedNameProblems(name: string): string[] {
  const problems: string[] = [];
  const parts = name.split('/');
  const last = parts.at(-1) ?? '';
  if (parts.length > 2) {
    return [
      `a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') problems.push('prefix part must be non-empty');
    else problems.push(...prefixProblems(prefix));
  }
  if (last === '') problems.push('name part must be non-empty');
  else if (last.length > LONGEST_LABEL) problems.push(`name part ${tooLongText(LONGEST_LABEL)}`);
  if (!qualifiedPattern.test(last.slice(0, LONGEST_SUBDOMAIN))) {
    problems.push(
      `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`,
    );
  }
  return problems;
}

/** A prefix is a subdomain, whose length is counted in bytes here. */
function prefixProblems(prefix: string): string[] {
  return dnsSubdomainProblems(prefix).map(
    (problem) =>
      `prefix part ${problem === longNameText(LONGEST_SUBDOMAIN) ? tooLongText(LONGEST_SUBDOMAIN) : problem}`,
  );
}

/** A DNS name whose labels may have underscores: what a resolver searches. */
export function dnsSearchProblems(name: string): string[] {
  const problems = name.length > LONGEST_SUBDOMAIN ? [longNameText(LONGEST_SUBDOMAIN)] : [];
  if (
    !name
      .slice(0, LONGEST_SUBDOMAIN + 1)
      .split('.')
      .every((label) => searchLabelPattern.test(label))
  )
    problems.push(
      regexText(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
        `${SEARCH_LABEL}(\\.${SEARCH_LABEL})*`,
        'example.com',
      ),
    );
  return problems;
}

/** The name of an HTTP header. */
export function headerNameProblems(name: string): string[] {
  return /^[-A-Za-z0-9]+$/.test(name)
    ? []
    : [
        regexText(
          "a valid HTTP header must consist of alphanumeric characters or '-'",
          '[-A-Za-z0-9]+',
          'X-Header-Name',
        ),
      ];
}

/** The value of a label. */
export function labelValueProblems(value: string): string[] {
  const problems: string[] = [];
  if (value.length > LONGEST_LABEL) problems.push(tooLongText(LONGEST_LABEL));
  if (!labelValuePattern.test(value.slice(0, LONGEST_SUBDOMAIN))) {
    problems.push(
      `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${LABEL_VALUE}')`,
    );
  }
  return problems;
}

/** The name of an environment variable: printable ASCII without `=`. */
export function envNameProblems(name: string): string[] {
  if (envNamePattern.test(name)) return [];
  return [
    `a valid environment variable name must consist only of printable ASCII characters other than '=' (e.g. 'my-variable', regex used for validation is '${ENV_NAME}')`,
  ];
}

/** A key of a ConfigMap or Secret. */
export function configKeyProblems(key: string): string[] {
  const problems: string[] = [];
  if (key.length > LONGEST_SUBDOMAIN) problems.push(longNameText(LONGEST_SUBDOMAIN));
  if (!configKeyPattern.test(key.slice(0, LONGEST_SUBDOMAIN + 1))) {
    problems.push(
      `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '${CONFIG_KEY}')`,
    );
  }
  if (key === '.') problems.push("must not be '.'");
  if (key === '..') problems.push("must not be '..'");
  if (key.startsWith('..') && key !== '..') problems.push("must not start with '..'");
  return problems;
}

/** The name of a container's port (IANA service name). */
export function portNameProblems(name: string): string[] {
  const problems: string[] = [];
  if (name.length > PORT_NAME_LENGTH) problems.push(`must be no more than ${PORT_NAME_LENGTH} characters`);
  if (!/^[-a-z0-9]+$/.test(name))
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)');
  if (name.includes('--')) problems.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

/** A path segment: names of roles and bindings. */
export function pathSegmentProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%']
    .filter((character) => name.includes(character))
    .map((character) => `may not contain '${character}'`);
}

/** A port number from 1 to 65535. */
export function portNumberProblems(port: number): string[] {
  return Number.isInteger(port) && port >= 1 && port <= 65_535
    ? []
    : ['must be between 1 and 65535, inclusive'];
}
