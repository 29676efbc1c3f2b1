export { renderChart, DEFAULT_HELM_LIMITS } from './render/render-chart.js';
export type { HelmLimits, HelmRenderRequest, HelmRenderResult } from './render/render-chart.js';
export { DEFAULT_KUBE_VERSION } from './render/capabilities.js';
export type { ValuesLayer } from './chart/values-layers.js';
export { HelmError } from './chart/chart-error.js';
export type { HelmErrorCode } from './chart/chart-error.js';
