import { resourceKey, type ResourceInfo } from '../registry/resource.js';
import type { StoreEvent } from '../store/store-event.js';
import type { StoredObject } from '../store/stored-object.js';
import type { Accepted } from './negotiation.js';
import { present } from './present.js';
import { printerFor } from './printers/index.js';
import { jsonText } from './serialize.js';
import { readIncludeObject, toPartial, toTable } from './table.js';
import type { WatchEncoder, WatchEventType } from './watch.js';

const shared = new WeakMap<StoreEvent, Map<string, Uint8Array>>();

/**
 * Writes watch events as JSON lines. Bytes of a change are made once per form and shared by all watchers; a Table watch
 * sends its column definitions with its first event only, so its later events are shared too.
 */
export function watchEncoder(
  resource: ResourceInfo,
  accepted: Accepted,
  parameters: URLSearchParams,
  now: () => number,
): WatchEncoder {
  const includeObject = readIncludeObject(parameters);
  const printer = printerFor(resource);
  let headersSent = false;

  const toBytes = (type: WatchEventType, object: object): Uint8Array => {
    if (type === 'ERROR') return line(type, JSON.stringify(object));
    const shown = present(object as StoredObject, resource);
    switch (accepted.as) {
      case 'object':
        return type === 'BOOKMARK' ? line(type, JSON.stringify(object)) : line(type, jsonText(shown));
      case 'PartialObjectMetadata':
        return line(type, JSON.stringify(toPartial(shown, accepted.metaVersion)));
      case 'Table': {
        const form = { printer, metaVersion: accepted.metaVersion, includeObject };
        const { resourceVersion } = shown.metadata;
        const table = toTable([shown], { resourceVersion }, form, { nowMs: now() }, !headersSent);
        return line(type, JSON.stringify(table));
      }
      default:
        return accepted.as satisfies never;
    }
  };

  return {
    encode(type, object, change) {
      const first = accepted.as === 'Table' && !headersSent && type !== 'ERROR';
      if (!change || first) {
        const bytes = toBytes(type, object);
        if (first) headersSent = true;
        return bytes;
      }
      let forms = shared.get(change);
      if (!forms) shared.set(change, (forms = new Map()));
      const form = `${type} ${accepted.as} ${accepted.metaVersion} ${includeObject} ${resourceKey(resource)} ${resource.version}`;
      let bytes = forms.get(form);
      if (!bytes) forms.set(form, (bytes = toBytes(type, object)));
      return bytes;
    },
  };
}

const line = (type: WatchEventType, object: string): Uint8Array =>
  Buffer.from(`{"type":"${type}","object":${object}}\n`);
