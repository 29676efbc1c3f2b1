import type { FieldError } from '../../api/api-error.js';

/** The levels of the Pod Security Standards, from open to closed. */
const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
export type SecurityLevel = (typeof LEVELS)[number];

/** A level as it stood at a minor version of Kubernetes 1. */
export interface LevelVersion {
  readonly level: SecurityLevel;
  /** Infinity: the newest there is. */
  readonly minor: number;
}

/** What a namespace asks for: refuse, record, tell. */
export interface SecurityPolicy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

const PREFIX = 'pod-security.kubernetes.io/';

/** `baseline:latest`. */
export const levelText = ({ level, minor }: LevelVersion): string =>
  `${level}:${minor === Infinity ? 'latest' : `v1.${minor}`}`;

/** True when the first is stricter than the second. */
export const isStricter = (a: SecurityLevel, b: SecurityLevel): boolean =>
  LEVELS.indexOf(a) > LEVELS.indexOf(b);

/**
 * Reads the labels of a namespace (pod-security-admission/api PolicyToEvaluate). A wrong level to enforce counts as the strictest,
 * a wrong one to warn or record as none; users are told of what is enforced even where they didn't ask to be.
 */
export function readPolicy(labels: Readonly<Record<string, string>> = {}): {
  readonly policy: SecurityPolicy;
  readonly errors: readonly FieldError[];
} {
  const errors: FieldError[] = [];
  const fault = (key: string, value: string, text: string): void => {
    errors.push({
      reason: 'FieldValueInvalid',
      field: `metadata.labels[${key}]`,
      message: `Invalid value: ${JSON.stringify(value)}: ${text}`,
    });
  };
  const level = (mode: string, otherwise: SecurityLevel): SecurityLevel | undefined => {
    const key = `${PREFIX}${mode}`;
    const value = labels[key];
    const found = LEVELS.find((one) => one === value);
    if (value === undefined || found) return found;
    fault(key, value, `must be one of ${LEVELS.join(', ')}`);
    return otherwise;
  };
  const version = (mode: string): number | undefined => {
    const key = `${PREFIX}${mode}-version`;
    const value = labels[key];
    if (value === undefined) return undefined;
    if (value === 'latest') return Infinity;
    const minor = /^v1\.(\d|[1-9]\d+)$/.exec(value)?.[1];
    if (minor !== undefined) return Number(minor);
    fault(key, value, 'must be "latest" or "v1.x"');
    return Infinity;
  };
  const enforceLevel = level('enforce', 'restricted');
  const isValid = errors.length === 0;
  const enforce = { level: enforceLevel ?? 'privileged', minor: version('enforce') ?? Infinity };
  const audit = { level: level('audit', 'privileged') ?? 'privileged', minor: version('audit') ?? Infinity };
  const warnLevel = level('warn', 'privileged');
  const warnMinor = version('warn');
  const follows = warnLevel === undefined && enforceLevel !== undefined && isValid;
  const warn = follows
    ? { level: enforce.level, minor: warnMinor ?? enforce.minor }
    : { level: warnLevel ?? 'privileged', minor: warnMinor ?? Infinity };
  return { policy: { enforce, audit, warn }, errors };
}
