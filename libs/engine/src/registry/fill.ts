/**
 * The object with `defaults` for the fields it lacks: the very same object when it lacks none, so that defaulting an
 * object twice costs nothing and changes nothing.
 */
export function fill<T extends object>(object: T, defaults: Defaults<T>): T {
  return filled(object, defaults, true);
}

/** The same for fields where Go tells an empty text from none (pointers): such a text is kept, and refused later. */
export function fillUnset<T extends object>(object: T, defaults: Defaults<T>): T {
  return filled(object, defaults, false);
}

type Defaults<T> = { readonly [K in keyof T]?: T[K] | undefined };

function filled<T extends object>(object: T, defaults: Defaults<T>, alsoEmpty: boolean): T {
  let changed: T | undefined;
  for (const key of Object.keys(defaults) as (keyof T)[]) {
    const value = defaults[key];
    const had = object[key] as unknown;
    // Where a text is expected an empty one says nothing either: Go has no other way to leave it out.
    const said = had !== undefined && had !== null && !(alsoEmpty && had === '' && typeof value === 'string');
    if (value === undefined || said || had === value) continue;
    changed ??= { ...object };
    changed[key] = value as T[keyof T];
  }
  return changed ?? object;
}

/** The object with `change` applied to one field, if it has it; the same object when nothing changed. */
export function within<T extends object, K extends keyof T>(
  object: T,
  key: K,
  change: (value: NonNullable<T[K]>) => NonNullable<T[K]>,
): T {
  const value = object[key];
  if (value === undefined || value === null) return object;
  const changed = change(value);
  return changed === value ? object : { ...object, [key]: changed };
}

/** The list with `change` applied to each item; the same list when no item changed. */
export function each<T>(list: readonly T[], change: (item: T, index: number) => T): T[] {
  let changed: T[] | undefined;
  for (const [index, item] of list.entries()) {
    const next = change(item, index);
    if (next !== item) (changed ??= [...list])[index] = next;
  }
  return changed ?? (list as T[]);
}
