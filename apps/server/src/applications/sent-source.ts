import { createHash } from 'node:crypto';
import { CodedError } from '@lotse/manifests';
import type { Application, ApplicationSource } from '@lotse/gitops';
import { z } from 'zod';
import type { SentFiles } from '../rendering/source-tree.js';

/** Files of one source at most; the size of a body limits their content. */
const MAX_FILES = 5_000;
const MAX_PATH_LENGTH = 1_024;
/** Names between slashes that are neither empty nor lead elsewhere. */
const PATH = /^(?!\.{1,2}(\/|$))[^/\0]+(\/(?!\.{1,2}(\/|$))[^/\0]+)*$/;

/** A working copy: what is in its files (Base64), and which folder of it is the source. */
export const sentSourceSchema = z.object({
  path: z.string().max(MAX_PATH_LENGTH).default(''),
  files: z
    .record(z.string().max(MAX_PATH_LENGTH).regex(PATH), z.base64())
    .refine((files) => Object.keys(files).length <= MAX_FILES, `More than ${MAX_FILES} files are not taken.`),
});
export type SentSource = z.output<typeof sentSourceSchema>;

/** How an application is resolved with the files in place of its source's. @throws CodedError when it has several sources. */
export function sentOptions(
  { spec }: Application,
  { path, files }: SentSource,
): { source: ApplicationSource; sent: SentFiles } {
  const { source } = spec;
  if (!source || (spec.sources && spec.sources.length > 0))
    throw new CodedError(
      'source_ambiguous',
      'The application has several sources, and files can take the place of one source only. Compare a revision instead.',
    );
  const digest = createHash('sha256');
  const content = new Map<string, Uint8Array>();
  for (const [name, text] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const bytes = Buffer.from(text, 'base64');
    digest.update(JSON.stringify([name, bytes.length])).update(bytes);
    content.set(name, bytes);
  }
  return {
    source: source.chart ? source : { ...source, path: path === '' ? '.' : path },
    sent: { files: content, digest: digest.digest('hex'), version: 'local' },
  };
}
