/**
 * An error raised while a template ran, in Go's words:
 * `template: NAME:LINE:COL: executing "NAME" at <EXPRESSION>: WHAT`.
 */
export class TemplateExecutionError extends Error {
  override readonly name = 'TemplateExecutionError';
  /** The error a function returned, when one did. */
  readonly inner: Error | undefined;

  constructor(message: string, inner?: Error) {
    super(message);
    this.inner = inner;
  }
}
