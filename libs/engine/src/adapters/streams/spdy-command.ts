import { Terminal } from '../terminal.js';
import type { CommandChannels, CommandStatus } from './remote-command.js';
import type { SpdyStream } from './spdy-session.js';

/** Newest first; what the first two differ in, closing one stream alone, SPDY does anyway. */
export const SPDY_COMMAND_PROTOCOLS = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
];

/** Gathers the streams of a command as the client opens them, and runs when all are there. */
export class SpdyCommand implements CommandChannels {
  readonly terminal = new Terminal();
  readonly #wanted: ReadonlySet<string>;
  readonly #structured: boolean;
  readonly #streams = new Map<string, SpdyStream>();
  readonly #start: (channels: CommandChannels) => void;
  readonly #closeListeners: (() => void)[] = [];
  #closed = false;
  readonly drained: () => Promise<void>;

  /**
   * `structured`: errors are Status objects (protocol version 4 and later), otherwise text; `drained` waits until the client has
   * taken most of what was sent.
   */
  constructor(
    wanted: readonly string[],
    { structured, drained }: { readonly structured: boolean; readonly drained: () => Promise<void> },
    start: (channels: CommandChannels) => void,
  ) {
    this.drained = drained;
    this.#wanted = new Set(wanted);
    this.#structured = structured;
    this.#start = start;
  }

  add(stream: SpdyStream): void {
    const type = stream.headers.get('streamtype') ?? '';
    if (!this.#wanted.has(type) || this.#streams.has(type)) return stream.end();
    this.#streams.set(type, stream);
    if (type === 'resize') stream.onData((chunk) => chunk && this.terminal.resize(chunk));
    if (this.#streams.size === this.#wanted.size) this.#start(this);
  }

  stdout = (chunk: Uint8Array): void => this.#streams.get('stdout')?.write(chunk);
  stderr = (chunk: Uint8Array): void => this.#streams.get('stderr')?.write(chunk);

  finish(status: CommandStatus): void {
    const error = this.#streams.get('error');
    if (this.#structured) error?.write(Buffer.from(JSON.stringify(status)));
    else if (status['status'] !== 'Success') error?.write(Buffer.from(String(status['message'])));
    for (const stream of this.#streams.values()) stream.end();
  }

  onStdin(listener: (chunk: Uint8Array | undefined) => void): void {
    this.#streams.get('stdin')?.onData(listener);
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#closeListeners.push(listener);
  }

  /** The client has gone. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closeListeners) listener();
  }
}
