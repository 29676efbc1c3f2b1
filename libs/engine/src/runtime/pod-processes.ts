import type { Container, Pod } from '../types/index.js';
import { parseImageReference } from './image-reference.js';
import { imageBehaviour } from './images/index.js';

/** Command lines of the processes that a container sees, the first one's first. */
export function processesOf({ spec }: Pod, container: Container): readonly string[] {
  const all: readonly Container[] = [...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])];
  if (spec?.shareProcessNamespace) return ['/pause', ...all.map(commandLine)];
  const { targetContainerName: target } =
    spec?.ephemeralContainers?.find(({ name }) => name === container.name) ?? {};
  const targeted = all.find(({ name }) => name === target);
  return [...(targeted ? [commandLine(targeted)] : []), commandLine(container)];
}

function commandLine({ command, args, image = '' }: Container): string {
  const reference = parseImageReference(image);
  const own = typeof reference === 'string' ? undefined : imageBehaviour(reference);
  const isOwn = !command?.length;
  const start = isOwn ? (own?.entrypoint ?? []) : command;
  const rest = args?.length ? args : isOwn ? (own?.command ?? []) : [];
  const words = [...start, ...rest];
  return words.length > 0 ? words.join(' ') : (own?.programs[0] ?? image);
}
