import type { ResourceInfo } from '../registry/resource.js';
import { isKnownKind } from './protobuf/messages.js';
import { internalType } from './internal-type.js';

/** Where Kubernetes' server keeps the table of its kinds, which its errors name. */
const SCHEME = 'pkg/runtime/scheme.go:111';

/** What is said of a kind that nobody knows in that version. */
export function notRegistered(kind: string, apiVersion: string): string {
  return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme ${JSON.stringify(SCHEME)}`;
}

/** Why an object that says it is of another kind can't be taken for one of a resource (apimachinery runtime). */
export function kindMismatch(
  given: { readonly apiVersion: string; readonly kind: string },
  wanted: Pick<ResourceInfo, 'group' | 'custom'>,
  wantedKind: string,
): string {
  const { apiVersion, kind } = given;
  if (!isKnownKind(apiVersion, kind)) return notRegistered(kind, apiVersion);
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  return `converting (${version}.${kind}) to (${internalType(wanted, wantedKind)}): unknown conversion`;
}
