import type { SchemaNode } from '@lotse/manifests';
import type { StoredObject } from '../../store/stored-object.js';

/** How a served version differs from the one its objects are stored in. */
export interface Conversion {
  /** Where the objects are. */
  readonly storage: { readonly group: string; readonly version: string; readonly resource: string };
  fromStorage(object: StoredObject): StoredObject;
  toStorage(object: StoredObject): StoredObject;
  /** What an apply in this version can't speak of, added to it as it is in `live`, so that it stays. */
  withUnsaid?(configuration: StoredObject, live: StoredObject): StoredObject;
}

/** What sets an old version apart from the one its objects are stored in; nothing but its name by default. */
export interface OldShape extends Partial<Pick<Conversion, 'fromStorage' | 'toStorage'>> {
  /** The fields, where they are not those of the current version. */
  readonly schema?: (current: SchemaNode) => SchemaNode;
}
