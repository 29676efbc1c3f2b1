import type { Container, Pod } from '../types/index.js';
import { parseImageReference } from './image-reference.js';
import { imageBehaviour } from './images/index.js';
import { pidAfter } from './shell/process-numbers.js';

/** A process in a container. */
export interface PodProcess {
  readonly pid: number;
  /** Its command line. */
  readonly line: string;
  readonly words: readonly string[];
  /** The container whose program it is; undefined for the one that holds a pod together. */
  readonly container: string | undefined;
}

/** The processes that a container sees, the first one first. */
export function processesOf({ spec }: Pod, container: Container): readonly PodProcess[] {
  const all: readonly Container[] = [...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])];
  const numbered = (list: readonly (Container | undefined)[]): PodProcess[] =>
    list.map((each, index) => {
      const words = each ? commandWords(each) : ['/pause'];
      return { pid: pidAfter(index), line: words.join(' '), words, container: each?.name };
    });
  if (spec?.shareProcessNamespace) return numbered([undefined, ...all]);
  const { targetContainerName: target } =
    spec?.ephemeralContainers?.find(({ name }) => name === container.name) ?? {};
  const targeted = all.find(({ name }) => name === target);
  return numbered([...(targeted ? [targeted] : []), container]);
}

function commandWords({ command, args, image = '' }: Container): readonly string[] {
  const reference = parseImageReference(image);
  const own = typeof reference === 'string' ? undefined : imageBehaviour(reference);
  const isOwn = !command?.length;
  const start = isOwn ? (own?.entrypoint ?? []) : command;
  const rest = args?.length ? args : isOwn ? (own?.command ?? []) : [];
  const words = [...start, ...rest];
  return words.length > 0 ? words : [own?.programs[0] ?? image];
}
