import { jsonEqual, type JsonObject } from '@lotse/manifests';
import { CliError, EXIT } from '../cli-error.js';
import { changeSource, withoutEmpty } from './change-source.js';
import type { SpecOptions } from './spec-options.js';

/** A specification as it is sent: what no option is about passes through. */
export interface EditableSpec extends JsonObject {
  source?: JsonObject;
  sources?: JsonObject[];
  destination?: JsonObject;
  syncPolicy?: JsonObject;
}

/** The specification with the options over it; `position` counts the sources from 1. */
export function changeSpec(spec: EditableSpec, options: SpecOptions, position?: number): EditableSpec {
  const { syncPolicy: _, ...rest } = spec;
  const syncPolicy = changeSyncPolicy(spec.syncPolicy ?? {}, options);
  return {
    ...rest,
    ...(options.project !== undefined && { project: options.project }),
    ...(options.revisionHistoryLimit !== undefined && {
      revisionHistoryLimit: count(options.revisionHistoryLimit, '--revision-history-limit'),
    }),
    ...changeSources(spec, position, (source) => changeSource(source, options)),
    destination: changeDestination(spec.destination ?? {}, options),
    ...(Object.keys(syncPolicy).length > 0 && { syncPolicy }),
  };
}

/** Changes the source of a specification, or the one at `position` of several. */
export function changeSources(
  { source, sources }: EditableSpec,
  position: number | undefined,
  change: (source: JsonObject) => JsonObject,
): Pick<EditableSpec, 'source' | 'sources'> {
  if (!sources || sources.length === 0) {
    if (position !== undefined && position !== 1)
      throw new CliError(
        `the application has one source: there is no --source-position ${position}`,
        EXIT.usage,
      );
    return { source: change(source ?? {}) };
  }
  if (position === undefined) {
    const changed = sources.map(change);
    if (jsonEqual(changed, sources)) return {};
    throw new CliError(
      `the application has ${sources.length} sources: say which one with --source-position (1 is the first)`,
      EXIT.usage,
    );
  }
  if (!Number.isInteger(position) || position < 1 || position > sources.length)
    throw new CliError(
      `the application has ${sources.length} sources: --source-position is a number from 1 to ${sources.length}`,
      EXIT.usage,
    );
  return { sources: sources.map((each, index) => (index === position - 1 ? change(each) : each)) };
}

function changeDestination(destination: JsonObject, options: SpecOptions): JsonObject {
  const { server, name, ...rest } = destination;
  const cluster =
    options.destName !== undefined
      ? { name: options.destName }
      : options.destServer !== undefined
        ? { server: options.destServer }
        : { ...(server !== undefined && { server }), ...(name !== undefined && { name }) };
  return {
    ...rest,
    ...(Object.keys(cluster).length > 0 ? cluster : { server: 'https://kubernetes.default.svc' }),
    ...(options.destNamespace !== undefined && { namespace: options.destNamespace }),
  };
}

function changeSyncPolicy(policy: JsonObject, options: SpecOptions): JsonObject {
  const { automated: before, syncOptions, retry, ...rest } = policy;
  const automated = changeAutomated(before as JsonObject | undefined, options);
  const kept = (options.syncOption ?? []).reduce(changeOptions, (syncOptions ?? []) as string[]);
  const { syncRetryLimit } = options;
  const limit = syncRetryLimit === undefined ? undefined : count(syncRetryLimit, '--sync-retry-limit');
  const tried = limit === undefined ? retry : limit === 0 ? undefined : { ...(retry as JsonObject), limit };
  return {
    ...rest,
    ...(automated && { automated }),
    ...(kept.length > 0 && { syncOptions: kept }),
    ...(tried !== undefined && { retry: tried }),
  };
}

function changeAutomated(before: JsonObject | undefined, options: SpecOptions): JsonObject | undefined {
  const { syncPolicy, autoPrune, selfHeal, allowEmpty } = options;
  if (syncPolicy === 'none' || syncPolicy === '') return undefined;
  const automated =
    syncPolicy === undefined
      ? before
      : { ...before, ...(before?.['enabled'] === false && { enabled: true }) };
  const wanted = withoutEmpty({ prune: autoPrune, selfHeal, allowEmpty });
  if (Object.keys(wanted).length === 0) return automated;
  if (!automated)
    throw new CliError(
      '--auto-prune, --self-heal and --allow-empty are about automatic sync: add --sync-policy automated',
      EXIT.usage,
    );
  return { ...automated, ...wanted };
}

/** Options with one more: in place of its former value; `!Name=…` and `!Name` remove it. */
function changeOptions(options: readonly string[], given: string): string[] {
  const isRemoved = given.startsWith('!');
  const key = given.slice(isRemoved ? 1 : 0).split('=')[0];
  const isSame = (option: string): boolean => option.split('=')[0] === key;
  if (isRemoved) return options.filter((option) => !isSame(option));
  return options.some(isSame)
    ? options.map((option) => (isSame(option) ? given : option))
    : [...options, given];
}

function count(value: number, option: string): number {
  if (!Number.isInteger(value) || value < -1)
    throw new CliError(`${option} takes a whole number`, EXIT.usage);
  return value;
}
