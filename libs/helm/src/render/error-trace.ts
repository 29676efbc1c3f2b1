import type { HelmGeneration } from './capabilities.js';

/** One level of a template error. */
interface Level {
  readonly place: string;
  readonly executing: string;
  readonly message: string;
}

/**
 * How Helm words an error in a template: Helm 3 prints Go's line with the template named in front, Helm 4 a trace of
 * place, template and message per level when every level comes from a template.
 */
export function traceMessage(
  error: Error & { readonly inner?: Error | undefined },
  generation: HelmGeneration,
): string {
  if (generation === 3) return error.message;
  const levels: Level[] = [];
  for (
    let current: (Error & { readonly inner?: Error | undefined }) | undefined = error;
    current;
    current = current.inner
  ) {
    const level = parseLevel(current.message);
    if (!level) return error.message;
    levels.push(level);
  }
  return levels.map(levelText).join('').trim();
}

function levelText({ place, executing, message }: Level): string {
  const where = place === '' ? '' : `${place}\n  `;
  const what = executing === '' ? '' : `${executing}\n    `;
  return where + what + (message === '' ? '' : `${message}\n`);
}

function parseLevel(text: string): Level | undefined {
  if (!text.startsWith('template: ')) return undefined;
  const rest = text.slice('template: '.length);
  if (rest.startsWith('no template ')) return { place: '', executing: '', message: text };
  const executing = /^([\s\S]*?): executing ("(?:[^"\\]|\\.)*") at <([\s\S]*?)>: ([\s\S]*)$/.exec(rest);
  if (executing) {
    const [, place = '', name = '', expression = '', message = ''] = executing;
    return { place, executing: `executing ${name} at <${expression}>:`, message: withoutChained(message) };
  }
  const separator = rest.lastIndexOf(': ');
  if (separator < 0) return undefined;
  return {
    place: rest.slice(0, separator),
    executing: '',
    message: withoutChained(rest.slice(separator + 2)),
  };
}

/** The next level's text is chained behind a space. */
function withoutChained(message: string): string {
  const cut = message.indexOf(' template:');
  return cut < 0 ? message : message.slice(0, cut);
}
