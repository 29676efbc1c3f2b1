import { goQuote } from './go-quote.js';
import { isEmptyBody, type ListNode, type TemplateBody } from './nodes.js';
import { countLines, type TemplateSource } from './source.js';

/** A template that does not parse. The message is Go's: `template: NAME:LINE: WHAT`. */
export class TemplateParseError extends Error {
  override readonly name = 'TemplateParseError';
}

/** What a text defines, whatever it is called. */
export interface ParsedTemplate {
  readonly root: ListNode;
  readonly definitions: ReadonlyMap<string, ListNode>;
}

/** The bodies of a parsed text under its name: the first is the text itself. */
export function bodiesOf(source: TemplateSource, parsed: ParsedTemplate): TemplateBody[] {
  const { root, definitions } = parsed;
  const known = definitions.get(source.name);
  const hidesMain = known !== undefined && !isEmptyBody(known);
  if (hidesMain && !isEmptyBody(root))
    throw multipleDefinitions(source, countLines(source.text), source.name);
  const bodies: TemplateBody[] = [{ name: source.name, source, root }];
  for (const [name, list] of definitions) {
    if (name !== source.name || hidesMain) bodies.push({ name, source, root: list });
  }
  return bodies;
}

/** An error at a line of a template. */
export function parseError(source: TemplateSource, line: number, message: string): TemplateParseError {
  return new TemplateParseError(`template: ${source.name}:${line}: ${message}`);
}

/** What Go says of a text that defines a name twice. */
export function multipleDefinitions(source: TemplateSource, line: number, name: string): TemplateParseError {
  return parseError(source, line, `template: multiple definition of template ${goQuote(name)}`);
}
