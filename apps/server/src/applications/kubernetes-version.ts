/** What the built-in cluster reports, as renderers see it. */
export const KUBERNETES_VERSION = 'v1.36.0';
