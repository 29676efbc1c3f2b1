import { cpus } from 'node:os';
import { apiGroup } from './api.ts';
import { deliveryGroup } from './delivery.ts';
import { engineGroup } from './engine.ts';
import { helmGroup } from './helm.ts';
import { kustomizeGroup } from './kustomize.ts';
import { renderingGroup } from './rendering.ts';
import { processGroup } from './process.ts';

const groups = [
  engineGroup,
  apiGroup,
  renderingGroup,
  helmGroup,
  kustomizeGroup,
  processGroup,
  deliveryGroup,
];
const given = process.argv.slice(2);
const scaleText = given.find((argument) => argument.startsWith('--scale='))?.slice('--scale='.length) ?? '1';
const scale = Number(scaleText);
if (!(scale > 0 && scale <= 10)) {
  process.stderr.write(`--scale=${scaleText} is no number above 0 and up to 10, such as --scale=0.05\n`);
  process.exit(2);
}
const wanted = given.filter((argument) => !argument.startsWith('--scale='));
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
  for (const { what, value, note } of await group.run(scale)) {
    process.stdout.write(
      `${group.name.padEnd(10)} ${what.padEnd(62)} ${value.padStart(12)}   ${note ?? ''}`.trimEnd() + '\n',
    );
  }
}
