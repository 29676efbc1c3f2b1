import type { WebSocket } from 'ws';
import { Terminal } from '../terminal.js';
import type { CommandChannels, CommandStatus } from './remote-command.js';
import { MOST_PENDING_BYTES } from './socket-drained.js';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;
const CLOSE = 255;

/** Newest first. */
export const WEBSOCKET_COMMAND_PROTOCOLS = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'base64.channel.k8s.io',
];

/** A command over a websocket: the first byte (or character) of a message names its channel. */
export class WebsocketCommand implements CommandChannels {
  readonly terminal = new Terminal();
  readonly #socket: WebSocket;
  readonly #base64: boolean;
  readonly #structured: boolean;
  #stdin: ((chunk: Uint8Array | undefined) => void) | undefined;
  #early: (Uint8Array | undefined)[] = [];
  #pendingBytes = 0;
  #waiting: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#base64 = socket.protocol.includes('base64');
    this.#structured = /^v[45]\./.test(socket.protocol);
    socket.on('message', (data: Buffer) => this.#receive(data));
    socket.on('close', () => {
      this.#input(undefined);
      this.#wake();
    });
  }

  stdout = (chunk: Uint8Array): void => this.#send(STDOUT, chunk);
  stderr = (chunk: Uint8Array): void => this.#send(STDERR, chunk);

  async drained(): Promise<void> {
    if (this.#pendingBytes < MOST_PENDING_BYTES || this.#socket.readyState !== this.#socket.OPEN) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  finish(status: CommandStatus): void {
    if (this.#structured) this.#send(ERROR, Buffer.from(JSON.stringify(status)));
    else if (status['status'] !== 'Success') this.#send(ERROR, Buffer.from(String(status['message'])));
    this.#socket.close(1000);
  }

  onStdin(listener: (chunk: Uint8Array | undefined) => void): void {
    this.#stdin = listener;
    for (const chunk of this.#early.splice(0)) listener(chunk);
  }

  onClose(listener: () => void): void {
    this.#socket.on('close', listener);
  }

  #receive(data: Buffer): void {
    if (data.length === 0) return;
    const channel = this.#base64 ? (data[0] ?? 0) - 0x30 : (data[0] ?? 0);
    const content = this.#base64 ? Buffer.from(data.toString('latin1', 1), 'base64') : data.subarray(1);
    if (channel === STDIN && content.length > 0) this.#input(content);
    else if (channel === RESIZE) this.terminal.resize(content);
    else if (channel === CLOSE && content[0] === STDIN) this.#input(undefined);
  }

  #input(chunk: Uint8Array | undefined): void {
    if (this.#stdin) this.#stdin(chunk);
    else this.#early.push(chunk);
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #send(channel: number, chunk: Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const sent = (): void => {
      this.#pendingBytes -= chunk.length;
      if (this.#pendingBytes < MOST_PENDING_BYTES) this.#wake();
    };
    this.#pendingBytes += chunk.length;
    if (this.#base64) this.#socket.send(`${channel}${Buffer.from(chunk).toString('base64')}`, sent);
    else this.#socket.send(Buffer.concat([Buffer.from([channel]), chunk]), sent);
  }
}
