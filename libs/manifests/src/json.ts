/** A JSON scalar. Integers beyond 2^53 are carried as `bigint` where a reader promises it. */
export type JsonScalar = string | number | boolean | null;
/** Any JSON value. */
export type JsonValue = JsonScalar | JsonValue[] | { [key: string]: JsonValue };
/** A JSON object: a plain map without prototype surprises. */
export type JsonObject = { [key: string]: JsonValue };

/** True for plain maps; false for null, arrays and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
