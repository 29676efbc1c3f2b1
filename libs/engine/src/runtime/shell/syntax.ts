/** A piece of a word: text, or something to be replaced. Quoted pieces are not split at blanks. */
export type WordPart =
  | { readonly type: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly type: 'variable';
      readonly name: string;
      readonly fallback: string | undefined;
      readonly quoted: boolean;
    }
  | { readonly type: 'command'; readonly script: string; readonly quoted: boolean }
  | { readonly type: 'arithmetic'; readonly expression: string; readonly quoted: boolean };

export type Word = readonly WordPart[];

export interface Redirection {
  readonly from: 1 | 2 | 0;
  readonly append: boolean;
  /** A file, or the number of another stream. */
  readonly to: Word | 1 | 2;
}

/** A command of the small shell. */
export type Command =
  | { readonly type: 'list'; readonly commands: readonly Command[] }
  | { readonly type: 'and' | 'or'; readonly left: Command; readonly right: Command }
  | { readonly type: 'not'; readonly command: Command }
  | { readonly type: 'pipe'; readonly commands: readonly Command[] }
  | { readonly type: 'loop'; readonly until: boolean; readonly condition: Command; readonly body: Command }
  | { readonly type: 'for'; readonly name: string; readonly words: readonly Word[]; readonly body: Command }
  | {
      readonly type: 'if';
      readonly branches: readonly { readonly condition: Command; readonly body: Command }[];
      readonly otherwise: Command | undefined;
    }
  | { readonly type: 'group'; readonly body: Command; readonly redirections: readonly Redirection[] }
  | {
      readonly type: 'simple';
      readonly assignments: readonly { readonly name: string; readonly value: Word }[];
      readonly words: readonly Word[];
      readonly redirections: readonly Redirection[];
    };

/** A script the small shell can't read. */
export class ShellSyntaxError extends Error {}
