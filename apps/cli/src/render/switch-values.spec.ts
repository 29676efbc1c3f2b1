import { Option } from 'commander';
import { expect, it } from 'vitest';
import { withoutSwitchValues } from './switch-values.js';

const options = ['--include-crds', '--no-hooks', '--prune', '--no-prune', '--set <text>', '--wait [how]'].map(
  (flags) => new Option(flags),
);

it.each([
  [
    ['--include-crds=true', 'chart'],
    ['--include-crds', 'chart'],
  ],
  [['--include-crds=false', 'chart'], ['chart']],
  [['--include-crds', '--include-crds=0'], []],
  [['--no-hooks=F', '--no-hooks=T'], ['--no-hooks']],
  [
    ['--prune=false', '--prune=true'],
    ['--no-prune', '--prune'],
  ],
  [['--include-crds=perhaps'], ['--include-crds=perhaps']],
  [
    ['--set=true', '--wait=false', '--other=true'],
    ['--set=true', '--wait=false', '--other=true'],
  ],
  [
    ['--', '--include-crds=false'],
    ['--', '--include-crds=false'],
  ],
])('takes %j for %j', (args, expected) => {
  expect(withoutSwitchValues(args, options)).toEqual(expected);
});
