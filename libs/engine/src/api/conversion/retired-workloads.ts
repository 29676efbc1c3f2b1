import {
  isJsonObject,
  resolveSchema,
  type JsonObject,
  type JsonValue,
  type SchemaNode,
} from '@lotse/manifests';
import type { StoredObject } from '../../store/stored-object.js';
import type { OldShape } from './conversion.js';

/** What "no limit" was in the days before there was a default. */
const NO_LIMIT = 2_147_483_647;

/** The spec with what a version fills in by itself, where the current version fills in something else or nothing. */
function filling(
  defaults: (spec: JsonObject) => JsonObject,
  without: Readonly<Record<string, SchemaNode>> = {},
): OldShape {
  return {
    schema: (current) => withFields(current, without),
    toStorage(object) {
      const { spec } = object as { spec?: JsonValue };
      if (!isJsonObject(spec)) return object;
      const kept = Object.fromEntries(
        Object.entries(spec).filter(([field]) => !Object.hasOwn(without, field)),
      );
      return { ...object, spec: { ...defaults(kept), ...kept } } as StoredObject;
    },
  };
}

/** The type with fields of the spec that went away; whatever is in them says nothing to the current version. */
function withFields(current: SchemaNode, fields: Readonly<Record<string, SchemaNode>>): SchemaNode {
  const spec = current.properties?.['spec'];
  if (!spec || Object.keys(fields).length === 0) return current;
  const { properties, ...resolved } = resolveSchema(spec);
  return {
    ...current,
    properties: { ...current.properties, spec: { ...resolved, properties: { ...properties, ...fields } } },
  };
}

/** A selector of the template's labels. */
function selectorOf({ template, selector }: JsonObject): JsonObject {
  const labels =
    isJsonObject(template) && isJsonObject(template['metadata']) && template['metadata']['labels'];
  if (isJsonObject(selector) && Object.keys(selector).length > 0) return {};
  return isJsonObject(labels) ? { selector: { matchLabels: labels } } : {};
}

const oneAtATime = ({ strategy }: JsonObject): JsonObject =>
  strategy === undefined
    ? { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }
    : {};

/** `rollbackTo` was a command, not a wish: `kubectl rollout undo` has taken its place. */
const ROLLBACK: Readonly<Record<string, SchemaNode>> = { rollbackTo: { type: 'object' } };
const GENERATION: Readonly<Record<string, SchemaNode>> = {
  templateGeneration: { type: 'integer', format: 'int64' },
};

export const DEPLOYMENT_EXTENSIONS = filling(
  (spec) => ({
    ...selectorOf(spec),
    ...oneAtATime(spec),
    progressDeadlineSeconds: NO_LIMIT,
    revisionHistoryLimit: NO_LIMIT,
  }),
  ROLLBACK,
);

export const DEPLOYMENT_V1BETA1 = filling(
  (spec) => ({ ...selectorOf(spec), revisionHistoryLimit: 2 }),
  ROLLBACK,
);

export const DEPLOYMENT_V1BETA2 = filling(() => ({}), ROLLBACK);

export const DAEMON_SET_EXTENSIONS = filling(
  (spec) => ({ ...selectorOf(spec), updateStrategy: { type: 'OnDelete' } }),
  GENERATION,
);

export const DAEMON_SET = filling(() => ({}), GENERATION);

export const REPLICA_SET_EXTENSIONS = filling(selectorOf);

export const STATEFUL_SET_V1BETA1 = filling((spec) => ({
  ...selectorOf(spec),
  updateStrategy: { type: 'OnDelete' },
}));
