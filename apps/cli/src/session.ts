import type { Command } from 'commander';
import { ApiClient } from './api/api-client.js';
import { ContextStore } from './context/context-store.js';

/** The API of the server a command is meant for: options before environment before the last sign-in. */
export function sessionOf(command: Command): ApiClient {
  const options = command.optsWithGlobals<{ server?: string; authToken?: string }>();
  return new ApiClient(new ContextStore().current(options));
}
