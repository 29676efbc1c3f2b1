/** Why a host could not be talked to, in words; what has no words here is said as the system says it. */
export function whyUnreachable(url: URL | undefined, error: unknown): string {
  const host = url?.host ?? 'the server';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ECONNREFUSED':
      return `Nothing answers at ${host}: the connection was refused. Check address and port.`;
    case 'ENOTFOUND':
      return `There is no host named ${url?.hostname ?? 'that'}. Check the address.`;
    case 'EAI_AGAIN':
      return `The name ${url?.hostname ?? 'of the server'} can't be looked up now: the name server doesn't answer.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `There is no way to ${host} from here: no route to it.`;
    case 'ETIMEDOUT':
      return `${host} doesn't answer.`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${host} ended the connection before it had answered.`;
    default: {
      const inBrackets = code === '' ? '' : ` (${code})`;
      return `Talking to ${host} failed${inBrackets}: ${error instanceof Error ? error.message : String(error)}.`;
    }
  }
}
