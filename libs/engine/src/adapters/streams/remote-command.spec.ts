import { expect, it } from 'vitest';
import type { ExecShell } from '../exec-shell.js';
import { runRemoteCommand, type CommandChannels, type CommandStatus } from './remote-command.js';

const MEBIBYTE = new Uint8Array(1024 * 1024);

/** A client that sends without end. */
class FloodingClient implements CommandChannels {
  status: CommandStatus | undefined;
  listener: ((chunk: Uint8Array | undefined) => void) | undefined;
  taken = 0;

  stdout = (chunk: Uint8Array): void => void (this.taken += chunk.length);
  stderr = (): void => undefined;
  onClose = (): void => undefined;
  drained = (): Promise<void> => Promise.withResolvers<undefined>().promise;
  onStdin = (listener: (chunk: Uint8Array | undefined) => void): void => void (this.listener = listener);
  finish = (status: CommandStatus): void => void (this.status = status);
}

const request = { namespace: 'default', pod: 'web', container: 'main', stdin: true, tty: false };
const shell = { exec: () => Promise.resolve(0), live: () => undefined } as unknown as ExecShell;

it('lets go of input that the command never reads', async () => {
  const client = new FloodingClient();
  await runRemoteCommand(shell, { ...request, command: ['sleep', '3600'] }, client);
  expect(client.listener).toBeDefined();
});

it('ends a command whose client sends and does not take what it is given back', async () => {
  const client = new FloodingClient();
  const running = runRemoteCommand(shell, { ...request, command: ['cat'] }, client);
  for (let sent = 0; sent < 70; sent++) client.listener?.(MEBIBYTE);
  await running;
  expect(client.status).toMatchObject({ status: 'Failure', message: expect.stringContaining('not taken') });
  expect(client.taken).toBeLessThanOrEqual(64 * MEBIBYTE.length);
});

it('holds input of many commands only up to a limit, and less when they have ended', async () => {
  const send = (): { readonly client: FloodingClient; readonly ended: Promise<void> } => {
    const client = new FloodingClient();
    const ended = runRemoteCommand(shell, { ...request, command: ['sort'] }, client);
    for (let sent = 0; sent < 60; sent++) client.listener?.(MEBIBYTE);
    return { client, ended };
  };
  const running = Array.from({ length: 8 }, send);
  const refused = send();
  await refused.ended;
  expect(refused.client.status).toMatchObject({ message: expect.stringContaining('try again') });
  for (const { client, ended } of running) {
    client.listener?.(undefined);
    await ended;
    expect(client.status).toMatchObject({ status: 'Success' });
  }
  const later = send();
  later.client.listener?.(undefined);
  await later.ended;
  expect(later.client.status).toMatchObject({ status: 'Success' });
});
