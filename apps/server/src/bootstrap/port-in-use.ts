import { CodedError } from '@lotse/manifests';

/** Says which setting moves a port that somebody else listens on; other failures are given back as they are. */
export function explainTakenPort(
  error: unknown,
  listener: { readonly host: string; readonly port: number; readonly variable: string },
): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) return error;
  return new CodedError(
    'port_in_use',
    `Port ${listener.port} of ${listener.host} is in use, perhaps by another Lotse. Stop it, or set another ${listener.variable}.`,
    {},
    { cause: error },
  );
}
