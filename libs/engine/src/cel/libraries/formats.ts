import {
  dns1035Problems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '../../registry/names.js';
import { parseCelTime } from '../time-values.js';
import type { Library, Overload } from '../overload.js';
import { urlProblems } from './urls.js';
import { CelOpaque, CelOptional, NONE } from '../values.js';

const TYPE = 'kubernetes.NamedFormat';

type Check = (text: string) => string[];

/** A format with a name: what it says about a text that does not have it. */
export class CelFormat extends CelOpaque {
  readonly typeName = TYPE;
  readonly name: string;
  readonly check: Check;
  /** How long a pattern for this format is: what checking it costs is counted from that. */
  readonly patternSize: number;

  constructor(name: string, check: Check, patternSize: number) {
    super();
    this.name = name;
    this.check = check;
    this.patternSize = patternSize;
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
  uri: (text) => urlProblems(text),
  uuid: fitting(
    (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
    'does not match the UUID format',
  ),
  byte: fitting((text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text), 'invalid base64'),
  date: fitting((text) => parseCelTime(`${text}T00:00:00Z`) !== undefined, 'invalid date'),
  datetime: fitting((text) => parseCelTime(text) !== undefined, 'invalid datetime'),
};

/** As apiserver cel/library/format.go estimates them. */
const PATTERN_SIZES: Record<string, number> = {
  byte: 84,
  date: 71,
  datetime: 71,
  dns1035Label: 30,
  dns1035LabelPrefix: 30,
  dns1123Label: 30,
  dns1123LabelPrefix: 30,
  dns1123Subdomain: 60,
  dns1123SubdomainPrefix: 60,
  labelValue: 40,
  qualifiedName: 60,
  uri: 1103,
  uuid: 70,
};

const FORMATS = new Map(
  Object.entries(CHECKS).map(([name, check]) => [name, new CelFormat(name, check, PATTERN_SIZES[name] ?? 0)]),
);

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
