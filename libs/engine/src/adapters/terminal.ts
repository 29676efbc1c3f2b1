/** Rows and columns of a terminal as the kernel holds them. */
const MOST = 65_535;
/** What a client tells of its size at a time. */
const LONGEST_MESSAGE = 4096;

/** The terminal a client sits at; its size is zero by zero until the client tells it, as it is in a container. */
export class Terminal {
  rows = 0;
  columns = 0;

  /** Takes what came on a channel for sizes: `{"Width":80,"Height":24}`, of several the last. */
  resize(message: Uint8Array): void {
    if (message.length > LONGEST_MESSAGE) return;
    const last = Buffer.from(message).toString('utf8').trim().split('\n').at(-1) ?? '';
    let told: unknown;
    try {
      told = JSON.parse(last);
    } catch {
      // Not a size: the terminal keeps the one it has.
      return;
    }
    if (typeof told !== 'object' || told === null) return;
    const { Width: columns, Height: rows } = told as Readonly<Record<string, unknown>>;
    if (isSize(columns)) this.columns = columns;
    if (isSize(rows)) this.rows = rows;
  }
}

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST;
