import { createWriteStream, existsSync, openAsBlob, readFileSync, statSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error.js';
import { isOfFileSystem, whyUnreadable, whyUnwritable } from './file-problem.js';
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
    .option('--force', 'replace the file when it is there')
    .action(async (file: string, options: { passphraseFile?: string; force?: boolean }, command: Command) => {
      assertWritable(file, options.force === true);
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
          isOfFileSystem(error)
            ? whyUnwritable(file, error)
            : `the backup was not completed: ${error instanceof Error ? error.message : String(error)}. The log of the server may say why`,
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
        const backup = await blobOf(file);
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

/** Before anything is asked of the server. */
function assertWritable(file: string, mayReplace: boolean): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new CliError(`cannot write ${file}: it is a folder`, EXIT.usage);
  if (there && !mayReplace)
    throw new CliError(`${file} is there already: add --force to replace it`, EXIT.usage);
  if (!existsSync(dirname(file)))
    throw new CliError(`cannot write ${file}: there is no folder ${dirname(file)}`, EXIT.usage);
}

async function blobOf(file: string): Promise<Blob> {
  try {
    // says what is wrong with the file, which opening it as a blob does not
    await (await open(file)).close();
    return await openAsBlob(file);
  } catch (error) {
    throw new CliError(whyUnreadable(file, error), EXIT.usage);
  }
}

function passphraseOf(file: string | undefined): string | undefined {
  if (file === undefined) return process.env[PASSPHRASE_VARIABLE] || undefined;
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (text !== '') return text;
  } catch (error) {
    throw new CliError(`cannot read the passphrase: ${whyUnreadable(file, error)}`, EXIT.usage);
  }
  throw new CliError(`there is no passphrase in ${file}`, EXIT.usage);
}
