import type { DurableGate } from './durable-gate.js';
import type { CommandChannels } from './remote-command.js';

/**
 * The channels of a command that may write to the API from inside its container: what it says of that reaches the client when it is
 * durable.
 */
export function durableChannels(channels: CommandChannels, gate: DurableGate): CommandChannels {
  return {
    stdout: (chunk) => gate.run(() => channels.stdout(chunk)),
    stderr: (chunk) => gate.run(() => channels.stderr(chunk)),
    drained: async () => {
      await new Promise<void>((resolve) => gate.run(resolve));
      await channels.drained?.();
    },
    finish: (status) => gate.run(() => channels.finish(status)),
    terminal: channels.terminal,
    onStdin: (listener) => channels.onStdin(listener),
    onClose: (listener) => channels.onClose(listener),
  };
}
