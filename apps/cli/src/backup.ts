import { createWriteStream, openAsBlob, readFileSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error.js';
import { say } from './output/print.js';
import { sessionOf } from './session.js';

/** Instead of a file with the passphrase. */
const PASSPHRASE_VARIABLE = 'LOTSE_BACKUP_PASSPHRASE';

/** `lotse backup`, `lotse restore`. */
export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('everything of a server as one encrypted file')
    .argument('<file>')
    .option(
      '--passphrase-file <file>',
      `encrypts it with this instead of the server's key (also ${PASSPHRASE_VARIABLE})`,
    )
    .action(async (file: string, options: { passphraseFile?: string }, command: Command) => {
      const passphrase = passphraseOf(options.passphraseFile);
      const body = await sessionOf(command).download('/api/v1/backup', {
        ...(passphrase !== undefined && { passphrase }),
      });
      const unfinished = `${file}.part`;
      try {
        await pipeline(Readable.fromWeb(body), createWriteStream(unfinished, { mode: 0o600, flush: true }));
        await rename(unfinished, file);
      } catch (error) {
        await rm(unfinished, { force: true });
        throw new CliError(
          `the backup was not completed: ${error instanceof Error ? error.message : String(error)}. The log of the server may say why`,
        );
      }
      say(`backup written to ${file} (${(await stat(file)).size} bytes)`);
      if (passphrase === undefined)
        say(
          `it can only be read with the server's encryption key: keep the file encryption-key of its data folder too, elsewhere`,
        );
    });
  program
    .command('restore')
    .description('make a server what it was at a backup')
    .argument('<file>')
    .option('--passphrase-file <file>', `what the backup was encrypted with (also ${PASSPHRASE_VARIABLE})`)
    .option('--replace', 'lose what is on the server now')
    .action(
      async (file: string, options: { passphraseFile?: string; replace?: boolean }, command: Command) => {
        const passphrase = passphraseOf(options.passphraseFile);
        const backup = await openAsBlob(file).catch(() => {
          throw new CliError(`cannot read ${file}`, EXIT.usage);
        });
        const { createdAt, revision } = await sessionOf(command).upload<{
          createdAt: string;
          revision: number;
        }>(
          '/api/v1/restore',
          backup,
          { replace: options.replace },
          passphrase === undefined
            ? {}
            : { 'lotse-backup-passphrase': Buffer.from(passphrase).toString('base64') },
        );
        say(`restored the backup of ${createdAt} (revision ${revision}); the server starts again with it`);
        say('sign in again, as one of the accounts of the backup');
      },
    );
}

function passphraseOf(file: string | undefined): string | undefined {
  if (file === undefined) return process.env[PASSPHRASE_VARIABLE] || undefined;
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (text !== '') return text;
  } catch (error) {
    throw new CliError(
      `cannot read the passphrase: ${error instanceof Error ? error.message : String(error)}`,
      EXIT.usage,
    );
  }
  throw new CliError(`there is no passphrase in ${file}`, EXIT.usage);
}
