import type { ObjectRef } from '../../api/types.js';

/** An object's address inside an application: `group/Kind/namespace/name`, with empty parts kept. */
export function objectId({ group, kind, namespace, name }: ObjectRef): string {
  return [group ?? '', kind, namespace ?? '', name].join('/');
}

/** The reverse; undefined when the text is no such address. */
export function parseObjectId(id: string): ObjectRef | undefined {
  const [group, kind, namespace, ...rest] = id.split('/');
  const name = rest.join('/');
  if (group === undefined || !kind || namespace === undefined || !name) return undefined;
  return { ...(group ? { group } : {}), kind, ...(namespace ? { namespace } : {}), name };
}
