import type { Container, Lifecycle, Probe, PodSpec } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { forbiddenField, invalidEach, invalidValue, notSupported, required } from '../field-errors.js';
import { headerNameProblems, portNameProblems, portNumberProblems } from '../names.js';
import { nonNegative } from './numbers.js';
import type { Sent } from './sent.js';

type LifecycleHandler = NonNullable<Lifecycle['preStop']>;
type Handler = Probe & Pick<LifecycleHandler, 'sleep'>;

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;
const SIGNALS_OF_WINDOWS = ['SIGKILL', 'SIGTERM'];

/** How a container's state is found out: probes that only a container with a life of its own may have. */
export function validateProbes(
  container: Container,
  field: string,
  graceSeconds: number | undefined,
): FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  const probe = (given: Probe | undefined, at: string) =>
    given ? validateProbe(given, at, graceSeconds) : [];
  const once = (given: Probe | undefined, at: string) =>
    given && given.successThreshold !== 1
      ? [invalidValue(`${at}.successThreshold`, given.successThreshold ?? 0, 'must be 1')]
      : [];
  const seconds = readinessProbe?.terminationGracePeriodSeconds;
  return [
    ...probe(livenessProbe, `${field}.livenessProbe`),
    ...once(livenessProbe, `${field}.livenessProbe`),
    ...probe(readinessProbe, `${field}.readinessProbe`),
    ...(seconds === undefined
      ? []
      : [
          invalidValue(
            `${field}.readinessProbe.terminationGracePeriodSeconds`,
            seconds,
            'must not be set for readinessProbes',
          ),
        ]),
    ...probe(startupProbe, `${field}.startupProbe`),
    ...once(startupProbe, `${field}.startupProbe`),
  ];
}

/** What runs after a container's start and before its end, and the signal that ends it. */
export function validateLifecycle(
  { lifecycle }: Container,
  field: string,
  graceSeconds: number | undefined,
  os: PodSpec['os'],
): FieldError[] {
  if (!lifecycle) return [];
  const { postStart, preStop, stopSignal } = lifecycle;
  const errors: FieldError[] = [];
  if (postStart) errors.push(...validateHandler(postStart, `${field}.postStart`, graceSeconds));
  if (preStop) errors.push(...validateHandler(preStop, `${field}.preStop`, graceSeconds));
  if (stopSignal !== undefined) errors.push(...validateSignal(stopSignal, `${field}.stopSignal`, os));
  return errors;
}

function validateProbe(probe: Probe, field: string, graceSeconds: number | undefined): FieldError[] {
  const errors = validateHandler(probe, field, graceSeconds);
  for (const key of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const)
    errors.push(...nonNegative(probe[key], `${field}.${key}`));
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0)
    errors.push(invalidValue(`${field}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0'));
  return errors;
}

function validateHandler(handler: Handler, field: string, graceSeconds: number | undefined): FieldError[] {
  const [first, ...others] = HANDLERS.filter((name) => handler[name]);
  if (first === undefined) return [required(field, 'must specify a handler type')];
  const errors: FieldError[] = [];
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const at = `${field}.${first}`;
  if (first === 'exec' && (exec?.command ?? []).length === 0) errors.push(required(`${at}.command`));
  if (first === 'httpGet' && httpGet) errors.push(...validateHttpGet(httpGet, at));
  if (first === 'tcpSocket') errors.push(...validatePort(tcpSocket?.port, `${at}.port`));
  if (first === 'grpc') errors.push(...validatePort(grpc?.port, `${at}.port`));
  const seconds = sleep?.seconds ?? 0;
  if (first === 'sleep' && graceSeconds !== undefined && (seconds < 0 || seconds > graceSeconds))
    errors.push(
      invalidValue(
        at,
        seconds,
        `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`,
      ),
    );
  for (const extra of others)
    errors.push(forbiddenField(`${field}.${extra}`, 'may not specify more than 1 handler type'));
  return errors;
}

function validateHttpGet(
  { path, port, scheme = '', httpHeaders = [] }: NonNullable<Probe['httpGet']>,
  field: string,
): FieldError[] {
  return [
    ...(path ? [] : [required(`${field}.path`)]),
    ...validatePort(port, `${field}.port`),
    ...(['HTTP', 'HTTPS'].includes(scheme)
      ? []
      : [notSupported(`${field}.scheme`, scheme, ['HTTP', 'HTTPS'])]),
    ...httpHeaders.flatMap(({ name = '' }: Sent<{ name: string }>) =>
      invalidEach(`${field}.httpHeaders`, name, headerNameProblems(name)),
    ),
  ];
}

function validatePort(port: string | number | undefined, field: string): FieldError[] {
  return typeof port === 'string'
    ? invalidEach(field, port, portNameProblems(port))
    : invalidEach(field, port ?? 0, portNumberProblems(port ?? 0));
}

function validateSignal(signal: string, field: string, os: PodSpec['os']): FieldError[] {
  if (!os) return [forbiddenField(field, 'may not be set for containers with empty `spec.os.name`')];
  const known = os.name === 'windows' ? SIGNALS_OF_WINDOWS : signalsOfLinux();
  return (os.name === 'windows' || os.name === 'linux') && !known.includes(signal)
    ? [notSupported(field, signal, known)]
    : [];
}

/** Every signal's name, in the order of a dictionary. */
function signalsOfLinux(): string[] {
  const names =
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'.split(
      ' ',
    );
  for (let above = 1; above <= 15; above++) names.push(`RTMIN+${above}`);
  for (let below = 1; below <= 14; below++) names.push(`RTMAX-${below}`);
  return names.map((name) => `SIG${name}`).sort();
}
