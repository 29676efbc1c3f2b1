import { expect, it } from 'vitest';
import { durableChannels } from './durable-channels.js';
import { DurableGate } from './durable-gate.js';
import { SUCCESS } from './remote-command.js';

it('tells what a command says once what it wrote is durable', async () => {
  const store = { revision: 1 };
  const disk = Promise.withResolvers<undefined>();
  const gate = new DurableGate(
    store,
    async () => await disk.promise,
    () => undefined,
  );
  const sent: string[] = [];
  const channels = durableChannels(
    {
      stdout: (chunk) => sent.push(Buffer.from(chunk).toString()),
      stderr: () => undefined,
      finish: ({ status }) => sent.push(String(status)),
      onStdin: () => undefined,
      onClose: () => undefined,
    },
    gate,
  );
  channels.stdout(Buffer.from('reading'));
  expect(sent).toEqual(['reading']);
  store.revision = 2;
  channels.stdout(Buffer.from('created'));
  const drained = channels.drained?.();
  channels.finish(SUCCESS);
  expect(sent).toEqual(['reading']);
  disk.resolve(undefined);
  await drained;
  expect(sent).toEqual(['reading', 'created', 'Success']);
});
