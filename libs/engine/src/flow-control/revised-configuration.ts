import { isDeepStrictEqual } from 'node:util';
import type { FlowSchema, PriorityLevelConfiguration } from '../types/index.js';
import { AUTO_UPDATE, isMandatory } from './bootstrap-configuration.js';

/** True and false as Go reads them; undefined for every other text. */
function readFlag(text: string | undefined): boolean | undefined {
  if (/^(1|t|T|true|TRUE|True)$/.test(text ?? '')) return true;
  return /^(0|f|F|false|FALSE|False)$/.test(text ?? '') ? false : undefined;
}

/** What the API server may do with an object, as somebody has said. */
export const autoUpdateOf = ({ metadata }: FlowSchema | PriorityLevelConfiguration): boolean | undefined =>
  readFlag(metadata.annotations?.[AUTO_UPDATE]);

/**
 * An object of a new cluster as the API server wants it: the mandatory ones always get their specification back, the others
 * while nobody has said no or, where nothing is said, has changed them (registry/flowcontrol/ensurer). Undefined when nothing is
 * to be done.
 */
export function revisedConfiguration<T extends FlowSchema | PriorityLevelConfiguration>(
  found: T,
  wanted: T,
): T | undefined {
  const said = autoUpdateOf(found);
  const isUpdated = isMandatory(wanted.metadata.name ?? '') || (said ?? found.metadata.generation === 1);
  const isSpecWrong = isUpdated && !isDeepStrictEqual(found.spec, wanted.spec);
  if (said === isUpdated && !isSpecWrong) return undefined;
  const annotations = { ...found.metadata.annotations, [AUTO_UPDATE]: String(isUpdated) };
  return {
    ...found,
    metadata: { ...found.metadata, ...(said !== isUpdated && { annotations }) },
    ...(isSpecWrong && { spec: wanted.spec }),
  };
}
