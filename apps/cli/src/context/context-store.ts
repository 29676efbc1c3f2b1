import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isJsonObject } from '@lotse/manifests';
import { CliError } from '../cli-error.js';

/** A server someone signed in to. */
export interface Context {
  readonly server: string;
  readonly token: string;
}

/** The file that remembers sign-ins, readable by its owner only. */
export class ContextStore {
  readonly #path: string;

  constructor(path = process.env['LOTSE_CONFIG'] ?? join(homedir(), '.config', 'lotse', 'config.json')) {
    this.#path = path;
  }

  /**
   * Where to talk to: the server and token given by option or `LOTSE_SERVER` and `LOTSE_TOKEN`, else the last sign-in.
   * Throws when there is none.
   */
  current(given: { server?: string; authToken?: string }): Context {
    const saved = this.#read();
    const server = given.server ?? process.env['LOTSE_SERVER'] ?? saved.current;
    if (!server)
      throw new CliError('not signed in: run "lotse login http://127.0.0.1:8080 --username admin" first');
    const token = given.authToken ?? process.env['LOTSE_TOKEN'] ?? saved.tokens.get(server);
    if (!token) throw new CliError(`not signed in to ${server}: run "lotse login ${server}" first`);
    return { server, token };
  }

  save({ server, token }: Context): void {
    const { tokens } = this.#read();
    this.#write(server, tokens.set(server, token));
  }

  /** Forgets a server; answers its token so that it can be revoked. */
  forget(server: string): string | undefined {
    const { current, tokens } = this.#read();
    const token = tokens.get(server);
    tokens.delete(server);
    this.#write(current === server ? undefined : current, tokens);
    return token;
  }

  get currentServer(): string | undefined {
    return this.#read().current;
  }

  #read(): { current: string | undefined; tokens: Map<string, string> } {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return { current: undefined, tokens: new Map() };
    }
    const tokens = new Map<string, string>();
    let current: string | undefined;
    try {
      const saved: unknown = JSON.parse(text);
      if (isJsonObject(saved)) {
        if (typeof saved['current'] === 'string') current = saved['current'];
        for (const [server, token] of Object.entries(isJsonObject(saved['tokens']) ? saved['tokens'] : {})) {
          if (typeof token === 'string') tokens.set(server, token);
        }
      }
    } catch {
      throw new CliError(`cannot read ${this.#path}: it is not JSON. Remove it and sign in again`);
    }
    return { current, tokens };
  }

  #write(current: string | undefined, tokens: ReadonlyMap<string, string>): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    writeFileSync(
      this.#path,
      `${JSON.stringify({ current, tokens: Object.fromEntries(tokens) }, undefined, 2)}\n`,
      { mode: 0o600 },
    );
    chmodSync(this.#path, 0o600);
  }
}
