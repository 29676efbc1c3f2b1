import { ApiError } from './api-error.js';

export type Query = Record<string, string | number | boolean | undefined>;

interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Sign-in itself must see its 401 instead of being sent to the sign-in page. */
  keepUnauthorized?: boolean;
}

type SignedOutListener = () => void;
const signedOutListeners = new Set<SignedOutListener>();

/** Calls back whenever the server no longer accepts this browser's session. */
export function onSignedOut(listener: SignedOutListener): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** Tells everyone who waits for it that the session is over. */
export function reportSignedOut(): void {
  for (const listener of signedOutListeners) listener();
}

/** Builds an address below the server's root; undefined values are left out. */
export function apiUrl(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== '') params.set(key, String(value));
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

async function toError(response: Response): Promise<ApiError> {
  const fallback = `The server answered ${response.status} ${response.statusText}`.trim();
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null)
    return new ApiError(`HTTP_${response.status}`, fallback, response.status);
  const { code, error, message } = body as Record<string, unknown>;
  const word =
    typeof code === 'string' ? code : typeof error === 'string' ? error : `HTTP_${response.status}`;
  return new ApiError(word, typeof message === 'string' ? message : fallback, response.status);
}

/** Sends a request and returns the raw response; throws ApiError for anything but success. */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', query, body, signal, keepUnauthorized = false } = options;
  const response = await fetch(apiUrl(path, query), {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError('UNREACHABLE', 'The server could not be reached.', 0);
  });
  if (response.ok) return response;
  if (response.status === 401 && !keepUnauthorized) reportSignedOut();
  throw await toError(response);
}

/**
 * Sends a request and returns the parsed JSON answer. The type is the contract with our own server, which
 * validates what it sends; nothing from elsewhere passes through here.
 */
export async function api<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await request(path, options);
  const text = await response.text();
  return (text ? JSON.parse(text) : {}) as T;
}
