import type { FieldError } from '../../api/api-error.js';

/** The levels of the Pod Security Standards, from open to closed. */
export const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
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

const unlimited: LevelVersion = { level: 'privileged', minor: Infinity };
/** Asks for nothing. */
export const PRIVILEGED: SecurityPolicy = { enforce: unlimited, audit: unlimited, warn: unlimited };

const PREFIX = 'pod-security.kubernetes.io/';

/** `baseline:latest`. */
export const levelText = ({ level, minor }: LevelVersion): string =>
  `${level}:${minor === Infinity ? 'latest' : `v1.${minor}`}`;

/** True when the first is stricter than the second. */
export const isStricter = (a: SecurityLevel, b: SecurityLevel): boolean =>
  LEVELS.indexOf(a) > LEVELS.indexOf(b);

/** The minor version a text such as `v1.25` or `latest` names; undefined for others. */
export function minorOf(version: string): number | undefined {
  if (version === 'latest') return Infinity;
  const minor = /^v1\.(\d|[1-9]\d+)$/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/**
 * Reads the labels of a namespace (pod-security-admission/api PolicyToEvaluate). A wrong level to enforce counts as the strictest,
 * a wrong one to warn or record as none; users are told of what is enforced even where they didn't ask to be. `defaults` hold
 * where the labels say nothing.
 */
export function readPolicy(
  labels: Readonly<Record<string, string>> = {},
  defaults = PRIVILEGED,
): {
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
    const minor = minorOf(value);
    if (minor !== undefined) return minor;
    fault(key, value, 'must be "latest" or "v1.x"');
    return Infinity;
  };
  const enforceLevel = level('enforce', 'restricted');
  const isValid = errors.length === 0;
  const of = (mode: keyof SecurityPolicy, known: SecurityLevel | undefined): LevelVersion => ({
    level: known ?? defaults[mode].level,
    minor: version(mode) ?? defaults[mode].minor,
  });
  const enforce = of('enforce', enforceLevel);
  const audit = of('audit', level('audit', 'privileged'));
  const warnLevel = level('warn', 'privileged');
  const warn = of('warn', warnLevel);
  const follows =
    warnLevel === undefined && enforceLevel !== undefined && isValid && isStricter(enforce.level, warn.level);
  const hasWarnVersion = labels[`${PREFIX}warn-version`] !== undefined;
  const followed = { level: enforce.level, minor: hasWarnVersion ? warn.minor : enforce.minor };
  return { policy: { enforce, audit, warn: follows ? followed : warn }, errors };
}
