import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CodedError, emitYaml, isJsonObject, parseYaml } from '@lotse/manifests';
import { CliError } from '../cli-error.js';
import { sessionOf } from '../session.js';
import type { EditableSpec } from './change-spec.js';
import { validateOption } from './options.js';
import { writeSpec } from './set.js';

/** `lotse app edit`. */
export function addEdit(app: Command): void {
  app
    .command('edit')
    .description('change what an application is made of in your editor ($EDITOR)')
    .argument('<name>')
    .addOption(validateOption())
    .action(async (name: string, { validate }: { validate: string }, command: Command) => {
      const folder = mkdtempSync(join(tmpdir(), 'lotse-edit-'));
      const file = join(folder, `${name.replaceAll(/[^a-z0-9.-]/gi, '_')}.yaml`);
      try {
        await writeSpec(sessionOf(command), name, (spec) => edited(file, spec), validate);
      } catch (error) {
        if (!(error instanceof CliError || error instanceof CodedError) || !existsSync(file)) throw error;
        throw new CliError(`${error.message.replace(/\.$/, '')}. What you wrote is in ${file}`);
      }
      rmSync(folder, { recursive: true, force: true });
    });
}

function edited(file: string, spec: EditableSpec): EditableSpec {
  const before = emitYaml(spec);
  writeFileSync(file, before, { mode: 0o600 });
  const editor = process.env['VISUAL'] || process.env['EDITOR'] || 'vi';
  // an editor may come with arguments, as in "code --wait"
  const { status, error } = spawnSync(`${editor} "${file}"`, { shell: true, stdio: 'inherit' });
  if (error || status !== 0)
    throw new CliError(`the editor ${JSON.stringify(editor)} did not end well: nothing was changed`);
  const after = readFileSync(file, 'utf8');
  if (after === before) return spec;
  const value = parseYaml(after, { file });
  if (!isJsonObject(value)) throw new CliError('the specification is no mapping: nothing was changed');
  return value as EditableSpec;
}
