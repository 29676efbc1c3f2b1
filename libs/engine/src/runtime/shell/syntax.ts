/** What is done with the value of a variable: `${name:-word}` and the like. */
export interface Operation {
  readonly kind: '-' | '=' | '+' | '?' | '#' | '##' | '%' | '%%' | '/' | '//' | ':' | '^' | '^^' | ',' | ',,';
  /** True when an empty value is as none: `:-` in place of `-`. */
  readonly orEmpty: boolean;
  readonly word: Word;
  /** What is put in place of a pattern. */
  readonly second?: Word;
}

/** A piece of a word: text, or something to be replaced. Quoted pieces are not split at blanks. */
export type WordPart =
  | { readonly type: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly type: 'variable';
      readonly name: string;
      readonly operation?: Operation | undefined;
      /** True for the length of its value. */
      readonly length?: boolean;
      readonly quoted: boolean;
    }
  | { readonly type: 'command'; readonly script: string; readonly quoted: boolean }
  | { readonly type: 'arithmetic'; readonly expression: Word; readonly quoted: boolean };

export type Word = readonly WordPart[];

/** What becomes of a stream. */
export interface Redirection {
  /** The stream's number; both outputs for `both`. */
  readonly from: number | 'both';
  readonly kind: 'read' | 'write' | 'append' | 'text' | 'duplicate';
  /** A file, the text itself, or the number of another stream (`-` closes). */
  readonly to: Word;
}

/** A command of the small shell. */
export type Command =
  | { readonly type: 'list'; readonly commands: readonly Command[] }
  | { readonly type: 'and' | 'or'; readonly left: Command; readonly right: Command }
  | { readonly type: 'not'; readonly command: Command }
  | { readonly type: 'pipe'; readonly commands: readonly Command[]; readonly line: string }
  | { readonly type: 'background'; readonly command: Command; readonly line: string }
  | { readonly type: 'loop'; readonly until: boolean; readonly condition: Command; readonly body: Command }
  | {
      readonly type: 'for';
      readonly name: string;
      /** Undefined for the parameters. */
      readonly words: readonly Word[] | undefined;
      readonly body: Command;
    }
  | {
      readonly type: 'if';
      readonly branches: readonly { readonly condition: Command; readonly body: Command }[];
      readonly otherwise: Command | undefined;
    }
  | {
      readonly type: 'case';
      readonly word: Word;
      readonly branches: readonly { readonly patterns: readonly Word[]; readonly body: Command }[];
    }
  | { readonly type: 'function'; readonly name: string; readonly body: Command }
  | { readonly type: 'test'; readonly words: readonly Word[] }
  | {
      readonly type: 'group';
      readonly body: Command;
      readonly subshell: boolean;
      readonly redirections: readonly Redirection[];
    }
  | {
      readonly type: 'simple';
      readonly assignments: readonly { readonly name: string; readonly value: Word }[];
      readonly words: readonly Word[];
      readonly redirections: readonly Redirection[];
    };

/** A script the small shell can't read. */
export class ShellSyntaxError extends Error {}
