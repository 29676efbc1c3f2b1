/** One HTTP request for a repository or registry. */
export interface TransportRequest {
  readonly method: 'GET' | 'HEAD';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A body with more bytes than this is refused. */
  readonly maxBytes: number;
}

/** What a server answered. Names of headers are in lower case. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Sends one request and follows no redirect: where a request may go, and with which credentials, is decided by the
 * caller of the transport. Rejects with words for people when there is no answer or the answer is too large.
 */
export type ChartTransport = (request: TransportRequest) => Promise<TransportResponse>;

/** What is shown to a repository. */
export interface ChartCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly bearerToken?: string | undefined;
}

/** The header for credentials; undefined when there are none. */
export function authorizationOf({
  username = '',
  password = '',
  bearerToken = '',
}: ChartCredentials): string | undefined {
  if (bearerToken !== '') return `Bearer ${bearerToken}`;
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
