import { cpus } from 'node:os';
import { apiGroup } from './api.ts';
import { deliveryGroup } from './delivery.ts';
import { engineGroup } from './engine.ts';
import { helmGroup } from './helm.ts';
import { renderingGroup } from './rendering.ts';
import { processGroup } from './process.ts';

const groups = [engineGroup, apiGroup, renderingGroup, helmGroup, processGroup, deliveryGroup];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !groups.some((group) => group.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no measurements called ${unknown.join(', ')}: there are ${groups.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}

process.stdout.write(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}\n\n`,
);
for (const group of groups) {
  if (wanted.length > 0 && !wanted.includes(group.name)) continue;
  for (const { what, value, note } of await group.run()) {
    process.stdout.write(
      `${group.name.padEnd(10)} ${what.padEnd(62)} ${value.padStart(12)}   ${note ?? ''}`.trimEnd() + '\n',
    );
  }
}
