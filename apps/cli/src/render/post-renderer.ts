import { spawnSync } from 'node:child_process';
import type { PostRenderer } from '@lotse/helm';

/** More than any release has; a program that prints on and on is ended. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

function whyNot(error: Error): string {
  return 'code' in error && error.code === 'ENOENT'
    ? 'there is no such program (plugins of Helm 4 are not looked for: name the program that one runs)'
    : error.message;
}

/** A program of this machine that reads manifests from its standard input and prints what they shall be, as Helm 3 runs one. */
export function programPostRenderer(command: string, args: readonly string[]): PostRenderer {
  return (manifests) => {
    const { error, status, signal, stdout, stderr } = spawnSync(command, args, {
      input: manifests,
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    // A program that ends without reading everything is judged by how it ended.
    if (error && !('code' in error && error.code === 'EPIPE'))
      throw new Error(`cannot run ${command}: ${whyNot(error)}`, { cause: error });
    if (status !== 0) {
      const end = signal ? `signal ${signal}` : `exit status ${status}`;
      throw new Error(`error while running command ${command}. error output:\n${stderr.trimEnd()}: ${end}`);
    }
    return stdout;
  };
}
