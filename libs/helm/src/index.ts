export { renderChart, DEFAULT_HELM_LIMITS } from './render/render-chart.js';
export type { HelmLimits, HelmRenderRequest, HelmRenderResult } from './render/render-chart.js';
export { textRenderer } from './render/render-text.js';
export type { TextTemplateOptions } from './render/render-text.js';
export { showOnly } from './render/show-only.js';
export { newRsaKey } from './functions/rsa-keys.js';
export type { RsaKeySource } from './functions/rsa-keys.js';
export type { PostRenderer } from './render/post-render.js';
export { DEFAULT_KUBE_VERSION } from './render/capabilities.js';
export { setFilePaths } from './chart/values-layers.js';
export type { ValuesLayer } from './chart/values-layers.js';
export { HelmError } from './chart/chart-error.js';
export type { HelmErrorCode } from './chart/chart-error.js';
export { requiredCharts } from './chart/required-charts.js';
export type { MissingDependency } from './chart/fulfil-dependencies.js';
export { chooseChartVersion, newestMatch, readRepositoryIndex } from './repository/repository-index.js';
export type { ChartVersion, RepositoryIndex } from './repository/repository-index.js';
export { readChartVersions } from './repository/chart-entries.js';
export { authorizationOf } from './repository/chart-transport.js';
export type {
  ChartCredentials,
  ChartTransport,
  TransportRequest,
  TransportResponse,
} from './repository/chart-transport.js';
export { ociRepositoryOf, parseChartAddress } from './repository/chart-address.js';
export type { ChartAddress } from './repository/chart-address.js';
export { followRedirects } from './repository/follow-redirects.js';
export { HttpRepository } from './repository/http-repository.js';
export type {
  FetchedArchive,
  FetchedIndex,
  IndexValidators,
  RepositoryAccess,
} from './repository/http-repository.js';
export { exactTag, OciRegistry, tagOf, versionOf } from './repository/oci-registry.js';
export { chartArchiveTree } from './chart/archive-tree.js';
