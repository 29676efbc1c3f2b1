import { createHash } from 'node:crypto';
import type { Builtin, BuiltinContext } from './builtin.js';
import { operands, textOf } from './file-commands.js';
import { withoutLast } from './shell-state.js';

const linesOf = (text: string): string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

const printed = ({ state }: BuiltinContext, lines: readonly string[]): number => {
  if (lines.length > 0) state.write('stdout', `${lines.join('\n')}\n`);
  return 0;
};

const digest =
  (algorithm: string): Builtin =>
  (context) => {
    const files = operands(context.args);
    for (const file of files.length > 0 ? files : ['-']) {
      const hash = createHash(algorithm)
        .update(Buffer.from(textOf(context, file), 'utf8'))
        .digest('hex');
      context.state.write('stdout', `${hash}  ${file}\n`);
    }
    return 0;
  };

/** Commands that work on text. */
export const TEXT_COMMANDS: readonly (readonly [string, Builtin])[] = [
  [
    'sort',
    (context) => {
      const lines = linesOf(textOf(context, operands(context.args)[0]));
      const flags = context.args.join('');
      lines.sort(flags.includes('n') ? (a, b) => Number.parseFloat(a) - Number.parseFloat(b) : undefined);
      if (flags.includes('r')) lines.reverse();
      return printed(context, flags.includes('u') ? [...new Set(lines)] : lines);
    },
  ],
  [
    'uniq',
    (context) => {
      const lines = linesOf(textOf(context, operands(context.args)[0]));
      return printed(
        context,
        lines.filter((line, index) => line !== lines[index - 1]),
      );
    },
  ],
  [
    'awk',
    (context) => {
      const { state, args } = context;
      const at = args.findIndex((arg) => arg.startsWith('-F'));
      const own = args[at]?.slice(2);
      const separator = at < 0 ? /\s+/ : own || (args[at + 1] ?? ' ');
      const rest = args.filter((_, index) => at < 0 || (index !== at && (own || index !== at + 1)));
      const [program = '', file] = rest;
      const columns = /^\s*\{\s*print\s+(\$(?:\d+|NF)(?:\s*,\s*\$(?:\d+|NF))*)\s*(?:;\s*)?\}\s*$/.exec(
        program,
      )?.[1];
      if (columns === undefined) {
        // The language as a whole is not known here.
        state.noteUnknown();
        return 0;
      }
      const wanted = columns.split(',').map((column) => column.trim().slice(1));
      const lines = linesOf(textOf(context, file)).map((line) => {
        const fields = (at < 0 ? line.trim() : line).split(separator);
        return wanted
          .map((column) =>
            column === '0' ? line : (fields[(column === 'NF' ? fields.length : Number(column)) - 1] ?? ''),
          )
          .join(' ');
      });
      return printed(context, lines);
    },
  ],
  ['md5sum', digest('md5')],
  ['sha1sum', digest('sha1')],
  ['sha256sum', digest('sha256')],
  [
    'basename',
    (context) =>
      printed(context, [
        withoutLast(context.args[0] ?? '', '/')
          .split('/')
          .at(-1) ?? '',
      ]),
  ],
  ['dirname', (context) => printed(context, [(context.args[0] ?? '').replace(/\/[^/]*$/, '') || '.'])],
  [
    'base64',
    (context) => {
      const text = textOf(
        context,
        operands(context.args.filter((arg, index) => arg !== '0' || context.args[index - 1] !== '-w'))[0],
      );
      const decode = context.args.some((arg) => arg === '-d' || arg === '--decode');
      if (decode) context.state.write('stdout', Buffer.from(text, 'base64').toString('utf8'));
      else printed(context, [Buffer.from(text, 'utf8').toString('base64')]);
      return 0;
    },
  ],
];
