import { badRequest } from './api-error.js';

/**
 * A path as it is passed on to another server: whoever cuts it into segments before decoding it and whoever does it afterwards find
 * the same ones, so the other server answers what has been authorised here. Throws BadRequest for steps up and down the tree, which
 * some servers take, and URIError for a path that is not percent-encoded correctly.
 */
export function forwardedPath(path: string): string {
  const decoded = decodeURIComponent(path).replaceAll(/\/{2,}/g, '/');
  if (decoded.split('/').some((segment) => segment === '.' || segment === '..'))
    throw badRequest(`the path ${JSON.stringify(path)} must not contain segments that are "." or ".."`);
  return encodeURI(decoded).replaceAll('?', '%3F').replaceAll('#', '%23');
}
