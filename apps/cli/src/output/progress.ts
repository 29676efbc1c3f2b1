/** Tells on standard error how long work goes; on a terminal in one line that is rewritten, else once per change. */
export class Progress {
  #last = '';

  update(text: string): void {
    if (text === this.#last) return;
    this.#last = text;
    if (process.stderr.isTTY)
      process.stderr.write(`\r\x1b[2K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    else process.stderr.write(`${text}\n`);
  }

  done(): void {
    if (process.stderr.isTTY && this.#last !== '') process.stderr.write('\r\x1b[2K');
  }
}
