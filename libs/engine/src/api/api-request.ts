import type { UserInfo } from '../auth/user-info.js';

/** A request, freed of its transport. */
export interface ApiRequest {
  readonly method: string;
  /** Path without query, not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** Every value of a header that may be repeated, by its lower-case name. */
  readonly headers: (name: string) => readonly string[];
  /** Every header name, lower case: impersonation carries data in names. */
  readonly headerNames: () => readonly string[];
  readonly body: Uint8Array;
  /** Whoever asks lets others have their turn, and asks again, when it is told MoreToDo. */
  readonly takesTurns?: boolean;
  /** Who a client certificate says this is (or whom the proxy that holds it names); `'rejected'` for one that could not be verified. */
  readonly certificateUser?: UserInfo | 'rejected';
}

/** Where a stream goes. The transport owns it. */
export interface StreamSink {
  /** Queues bytes. False once the reader is gone or too slow: the writer stops. */
  write(chunk: Uint8Array): boolean;
  end(): void;
}

/** An answer that is there as a whole. */
export interface FullResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
  /** Values of the `Warning` header. */
  readonly warnings?: readonly string[];
  /** The newest change it can show: nobody is told before that is durable. Everything up to now when it is not said. */
  readonly newest?: number;
  /** To be called when the body was sent and is not read any more: its memory is used again. Nothing breaks without it. */
  readonly release?: () => void;
}

/** An answer that goes on: a watch, a log. */
export interface StreamResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
  /** Called once; starts writing and returns what to call when the reader goes away. */
  readonly stream: (sink: StreamSink) => () => void;
}

export type ApiResponse = FullResponse | StreamResponse;

export function isStream(response: ApiResponse): response is StreamResponse {
  return 'stream' in response;
}
