/** A repository and whom it is used for; the address alone uses what everybody may use. */
export type RepositoryUse =
  | string
  | {
      readonly url: string;
      /** Its credentials are used where it has some for this address. */
      readonly project: string;
    };

/** The address of a use. */
export function urlOf(use: RepositoryUse): string {
  return typeof use === 'string' ? use : use.url;
}

/** The project of a use; '' for nobody's in particular. */
export function projectOfUse(use: RepositoryUse): string {
  return typeof use === 'string' ? '' : use.project;
}

/**
 * Names what is held about a repository: for each project with credentials of its own apart from what others hold.
 * @param key as `parseRepositoryUrl` makes it: it has `://` before its first space, which the other form never has.
 */
export function heldKey(key: string, scope: string): string {
  return scope === '' ? key : `${encodeURIComponent(scope)} ${key}`;
}
