import type { Random } from '../random.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import { formatTime } from '../time.js';
import { ApiError, invalid } from './api-error.js';
import { isRevision, namesRevision } from './refuse-stale.js';

/** Longest part of generateName that is kept; five random characters follow (apiserver names/generate.go). */
const GENERATED_BASE_LENGTH = 58;
/** How often a generated name that is taken is thrown again (apiserver's retries since 1.30). */
const GENERATE_ATTEMPTS = 8;

/** What a new object gets its identity from. */
export interface IdentitySource {
  readonly random: Random;
  readonly nowMs: number;
  readonly isTaken: (name: string) => boolean;
  /** Nothing comes of it: what only the store refuses is passed (apiserver registry/generic, DryRunnableStorage). */
  readonly isRehearsal: boolean;
}

/** The object as a new one: with a name, a uid and the time of its creation, and nothing of what only old ones have. */
export function withNewIdentity(
  resource: ResourceInfo,
  given: StoredObject,
  { random, nowMs, isTaken, isRehearsal }: IdentitySource,
): StoredObject {
  // What is no revision names none.
  if (namesRevision(given.metadata) && isRevision(given.metadata.resourceVersion) && !isRehearsal)
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  const {
    resourceVersion: _,
    selfLink: __,
    deletionTimestamp: ___,
    deletionGracePeriodSeconds: ____,
    generation,
    namespace,
    ...kept
  } = given.metadata;
  const name = kept.name || generatedName(kept.generateName, random, isTaken);
  if (!name) {
    throw invalid(resource, '', [
      {
        reason: 'FieldValueRequired',
        field: 'metadata.name',
        message: 'Required value: name or generateName is required',
      },
    ]);
  }
  return {
    ...given,
    metadata: {
      ...kept,
      name,
      ...(namespace && { namespace }),
      uid: random.uuid(),
      creationTimestamp: formatTime(nowMs),
      // Kinds that don't count their changes keep what they are given.
      ...(resource.strategy.generation !== false ? { generation: 1 } : generation ? { generation } : {}),
    },
  };
}

function generatedName(
  generateName: string | undefined,
  random: Random,
  isTaken: (name: string) => boolean,
): string | undefined {
  if (!generateName) return undefined;
  const base = generateName.slice(0, GENERATED_BASE_LENGTH);
  let name = '';
  for (let attempt = 0; attempt < GENERATE_ATTEMPTS; attempt++) {
    name = `${base}${random.suffix(5)}`;
    if (!isTaken(name)) break;
  }
  return name;
}
