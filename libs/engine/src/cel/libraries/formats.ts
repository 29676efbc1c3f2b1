import {
  dns1035Problems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '../../registry/names.js';
import { parseCelTime } from '../time-values.js';
import type { Library, Overload } from '../overload.js';
import { CelOpaque, CelOptional, NONE } from '../values.js';

const TYPE = 'kubernetes.NamedFormat';

type Check = (text: string) => string[];

/** A format with a name: what it says about a text that does not have it. */
class CelFormat extends CelOpaque {
  readonly typeName = TYPE;
  readonly name: string;
  readonly check: Check;

  constructor(name: string, check: Check) {
    super();
    this.name = name;
    this.check = check;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelFormat && other.name === this.name;
  }
}

/** The beginning of a generated name may end with a dash. */
const prefix =
  (check: Check): Check =>
  (text) =>
    check(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -1)}a` : text);

const fitting =
  (fits: (text: string) => boolean, problem: string): Check =>
  (text) =>
    fits(text) ? [] : [problem];

const CHECKS: Record<string, Check> = {
  dns1123Label: dnsLabelProblems,
  dns1123Subdomain: dnsSubdomainProblems,
  dns1035Label: dns1035Problems,
  qualifiedName: qualifiedNameProblems,
  dns1123LabelPrefix: prefix(dnsLabelProblems),
  dns1123SubdomainPrefix: prefix(dnsSubdomainProblems),
  dns1035LabelPrefix: prefix(dns1035Problems),
  labelValue: labelValueProblems,
  uri: fitting((text) => text.startsWith('/') || URL.canParse(text), 'invalid URI for request'),
  uuid: fitting(
    (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
    'does not match the UUID format',
  ),
  byte: fitting((text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text), 'invalid base64'),
  date: fitting((text) => parseCelTime(`${text}T00:00:00Z`) !== undefined, 'invalid date'),
  datetime: fitting((text) => parseCelTime(text) !== undefined, 'invalid datetime'),
};

const FORMATS = new Map(Object.entries(CHECKS).map(([name, check]) => [name, new CelFormat(name, check)]));

/** Formats Kubernetes knows by name. */
export const formatLibrary: Library = {
  qualified: [
    ...[...FORMATS].map(([name, format]): Overload => [`format.${name}`, [], () => format]),
    [
      'format.named',
      ['string'],
      (name: string) => {
        const format = FORMATS.get(name);
        return format ? new CelOptional(format) : NONE;
      },
    ],
  ],
  members: [
    [
      'validate',
      [TYPE, 'string'],
      ({ check }: CelFormat, text: string) => {
        const problems = check(text);
        return problems.length === 0 ? NONE : new CelOptional(problems);
      },
    ],
  ],
};
