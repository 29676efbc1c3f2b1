import type { RequestInfo } from './request-info.js';

const VERBS = new Set(['watch', 'proxy']);
const SUBRESOURCES = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

/** True for a request that may go on for as long as its client likes (kube-apiserver's BasicLongRunningRequestCheck). */
export const isLongRunning = ({ verb, subresource }: RequestInfo): boolean =>
  VERBS.has(verb) || SUBRESOURCES.has(subresource);
