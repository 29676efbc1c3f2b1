import { caught, type Evaluation } from './scope.js';
import { CelError, CelMessage, CelOptional, mapOf, typeOf } from './values.js';

/** An item of a list, or the value of an entry or field. */
interface Part {
  readonly run: Evaluation;
  /** `?`: it is left out when its optional holds nothing. */
  readonly isOptional: boolean;
}

/** Makes a list of its items. */
export function makeList(items: readonly Part[]): Evaluation {
  return (scope) => {
    const made: unknown[] = [];
    for (const { run, isOptional } of items) {
      const item = run(scope);
      if (item instanceof CelError) return item;
      if (!isOptional) made.push(item);
      else if (!(item instanceof CelOptional))
        return new CelError(
          `cannot initialize optional list element from non-optional value ${typeOf(item)}`,
        );
      else if (item.isPresent) made.push(item.value);
    }
    return made;
  };
}

/** Makes a map of its entries. */
export function makeMap(entries: readonly (Part & { readonly key: Evaluation })[]): Evaluation {
  return (scope) => {
    const made: [unknown, unknown][] = [];
    for (const { key, run, isOptional } of entries) {
      const name = key(scope);
      if (name instanceof CelError) return name;
      const given = run(scope);
      if (given instanceof CelError) return given;
      if (!isOptional) made.push([name, given]);
      else if (!(given instanceof CelOptional)) return notOptional(String(name), given);
      else if (given.isPresent) made.push([name, given.value]);
    }
    return caught(() => mapOf(made, true));
  };
}

/** Makes an object of a type of its fields. */
export function makeMessage(type: string, fields: readonly (Part & { readonly name: string })[]): Evaluation {
  return (scope) => {
    const record = Object.create(null) as Record<string, unknown>;
    for (const { name, run, isOptional } of fields) {
      const given = run(scope);
      if (given instanceof CelError) return given;
      if (!isOptional) record[name] = given;
      else if (!(given instanceof CelOptional)) return notOptional(name, given);
      else if (given.isPresent) record[name] = given.value;
    }
    return new CelMessage(type, record);
  };
}

function notOptional(name: string, given: unknown): CelError {
  return new CelError(`cannot initialize optional entry '${name}' from non-optional value ${typeOf(given)}`);
}
