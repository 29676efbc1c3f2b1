export * from './build-kustomization.js';
export { DEFAULT_KUSTOMIZE_LIMITS, type KustomizeLimits } from './build-context.js';
export type { KustomizeEdits } from './edits.js';
export type { HelmInflationRequest, InflateHelm } from './generators/helm-charts.js';
export type { HelmChartEntry, ImageEntry, PatchEntry, Selector } from './kustomization.js';
export { chartRenderOptions } from './generators/chart-render-options.js';
export { parseRemoteAddress, type RemoteAddress } from './remote-address.js';
export type { RemoteTree } from './loader.js';
export { filePerObject } from './file-per-object.js';
