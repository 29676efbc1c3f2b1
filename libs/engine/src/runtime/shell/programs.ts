import { agnhost } from '../programs/agnhost.js';
import { webhookCertgen } from '../programs/webhook-certgen.js';
import type { Builtin } from './builtin.js';
import type { Running } from './processes.js';

/** A program that ends with a negative code goes on for ever. */
function* orForEver(program: Running): Running {
  const code = yield* program;
  if (code < 0) yield { ms: Infinity };
  return code;
}

const runAgnhost: Builtin = ({ state, program, args }) => orForEver(agnhost([program, ...args], state));

/** Programs of images that are followed as scripts are. */
export const PROGRAMS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['agnhost', runAgnhost],
  ['agnhost-2', runAgnhost],
  ['kube-webhook-certgen', ({ state, args }) => webhookCertgen(['kube-webhook-certgen', ...args], state)],
]);
