/** How values look as JSON. */
export interface JsonStyle {
  readonly indent: string;
  readonly newline: string;
  readonly colon: string;
  readonly comma: string;
  readonly number: (value: number) => string;
  /** What stands between the brackets of nothing, in lines that begin so. */
  readonly nothing: (lineStart: string) => string;
}
