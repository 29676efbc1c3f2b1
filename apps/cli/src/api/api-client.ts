import { isJsonObject } from '@lotse/manifests';
import { CliError } from '../cli-error.js';
import type { Context } from '../context/context-store.js';

/** Talks to the REST API of one server. Every failure is a CliError that says what was asked and what came back. */
export class ApiClient {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  get server(): string {
    return this.#context.server;
  }

  get<T>(path: string, query?: Query): Promise<T> {
    return this.#request<T>('GET', path, query);
  }

  post<T>(path: string, body: unknown, query?: Query): Promise<T> {
    return this.#request<T>('POST', path, query, body);
  }

  put<T>(path: string, body: unknown, query?: Query): Promise<T> {
    return this.#request<T>('PUT', path, query, body);
  }

  delete<T>(path: string, query?: Query): Promise<T> {
    return this.#request<T>('DELETE', path, query);
  }

  /** The lines of a newline-delimited answer, as they come. */
  async *lines(path: string, query?: Query): AsyncGenerator<unknown> {
    const response = await this.#send('GET', path, query);
    if (!response.ok || !response.body) throw await this.#failure('GET', path, response);
    let rest = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) if (part.trim() !== '') yield JSON.parse(part);
    }
    if (rest.trim() !== '') yield JSON.parse(rest);
  }

  /** The bytes of an answer, as they come. */
  async download(path: string, body: unknown): Promise<NonNullable<Response['body']>> {
    const response = await this.#send('POST', path, undefined, body);
    if (!response.ok || !response.body) throw await this.#failure('POST', path, response);
    return response.body;
  }

  /** Sends bytes as they are. */
  async upload<T>(path: string, bytes: Blob, query: Query, headers: Record<string, string>): Promise<T> {
    const response = await this.#fetch('POST', path, query, {
      body: bytes,
      headers: { ...headers, 'content-type': 'application/octet-stream' },
    });
    if (!response.ok) throw await this.#failure('POST', path, response);
    return (await response.json()) as T;
  }

  #failure(method: string, path: string, response: Response): Promise<CliError> {
    return failure(method, path, response, this.#context.token !== '');
  }

  async #request<T>(method: string, path: string, query?: Query, body?: unknown): Promise<T> {
    const response = await this.#send(method, path, query, body);
    if (!response.ok) throw await this.#failure(method, path, response);
    const text = await response.text();
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  #send(method: string, path: string, query?: Query, body?: unknown): Promise<Response> {
    if (body === undefined) return this.#fetch(method, path, query);
    return this.#fetch(method, path, query, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async #fetch(
    method: string,
    path: string,
    query: Query = {},
    sent: { body?: string | Blob; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const url = new URL(path, this.#context.server);
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(key, String(value));
    try {
      return await fetch(url, {
        ...sent,
        method,
        headers: {
          ...(this.#context.token && { authorization: `Bearer ${this.#context.token}` }),
          ...sent.headers,
        },
      });
    } catch (error) {
      const cause =
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new CliError(`cannot reach ${this.#context.server}: ${cause}. Is the server running?`);
    }
  }
}

/** Query parameters; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

async function failure(
  method: string,
  path: string,
  response: Response,
  showedToken: boolean,
): Promise<CliError> {
  const text = await response.text();
  let message = text;
  try {
    const parsed: unknown = JSON.parse(text);
    if (isJsonObject(parsed) && typeof parsed['message'] === 'string') message = parsed['message'];
  } catch {
    // Not every proxy in between answers JSON; its text is all there is.
  }
  message = inCommands(message);
  if (response.status === 401 && showedToken)
    return new CliError(`the sign-in is no longer valid: run "lotse login" again (${message})`);
  return new CliError(message || `${method} ${path} was answered with ${response.status}`);
}

/** The server speaks of REST; here the same is a command. */
function inCommands(message: string): string {
  return message
    .replace(/Send \??upsert[=:] ?true to (\w+) it/, 'Add --upsert to $1 it')
    .replace(/\bset validate=false\b/, 'add --validate=false')
    .replace(/DELETE \/api\/v1\/applications\/([^/\s]+)\/operation/, '"lotse app terminate-op $1"')
    .replace(/GET \/api\/v1\/applications\/([^/\s]+)\/history/, '"lotse app history $1"')
    .replace(/GET \/api\/v1\/applications\b/, '"lotse app list"');
}
