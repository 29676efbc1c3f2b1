import { parseYamlNodes } from '@lotse/manifests';
import { ScalarText } from './values.js';

/**
 * The value of a `>` scalar. Kustomize prints and reads its resources once more before it shows them, and its printer doubles
 * the line break before a line that is indented further, so that what comes out has an empty line more. Text that this
 * changes is kept with what comes out of it.
 */
export function foldedText(text: string): string | ScalarText {
  // Without a break there is nothing to double; what can't be a block is printed in quotes.
  if (!/\n[ \t]/.test(text) || /(?: $| \n)/.test(text)) return text;
  const printed = `${header(text)}\n${body(text)}`;
  const [node] = parseYamlNodes(printed);
  return node?.kind === 'scalar' && node.value !== text ? new ScalarText('folded', text, node.value) : text;
}

/** A `>` scalar as the original prints it, its lines indented. */
export function foldedBlock(text: string, indent: string): string {
  const lines = body(text)
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line.slice(2)));
  return `${header(text)}\n${lines.join('\n')}`.trimEnd();
}

function header(text: string): string {
  const indent = /^[ \n]/.test(text) ? '2' : '';
  if (!text.endsWith('\n')) return `>${indent}-`;
  return text === '\n' || text.endsWith('\n\n') ? `>${indent}+` : `>${indent}`;
}

function body(text: string): string {
  const doubles = !/^\n*(?:[ \t]|$)/.test(text);
  let output = '';
  let afterBreak = true;
  let indented = true;
  for (const char of text) {
    if (char === '\n') {
      output += !afterBreak && !indented && doubles ? '\n\n' : '\n';
      afterBreak = true;
      continue;
    }
    if (afterBreak) {
      output += '  ';
      indented = char === ' ' || char === '\t';
    }
    output += char;
    afterBreak = false;
  }
  return output;
}
