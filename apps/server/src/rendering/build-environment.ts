import type { RenderRequest } from './render-protocol.js';
import { revisionOf } from './source-tree.js';

const SHORT_REVISION = 7;
const SHORT_REVISION_8 = 8;

/** The variables a source may use in its options, as Argo CD names them. */
export function buildEnvironment(request: RenderRequest): ReadonlyMap<string, string> {
  const { source, application, location, kubeVersion, apiVersions } = request;
  const revision = revisionOf(location);
  return new Map([
    ['ARGOCD_APP_NAME', application.name],
    ['ARGOCD_APP_NAMESPACE', application.namespace],
    ['ARGOCD_APP_PROJECT_NAME', application.project],
    ['ARGOCD_APP_REVISION', revision],
    ['ARGOCD_APP_REVISION_SHORT', revision.slice(0, SHORT_REVISION)],
    ['ARGOCD_APP_REVISION_SHORT_8', revision.slice(0, SHORT_REVISION_8)],
    ['ARGOCD_APP_SOURCE_PATH', source.path ?? ''],
    ['ARGOCD_APP_SOURCE_REPO_URL', source.repoURL],
    ['ARGOCD_APP_SOURCE_TARGET_REVISION', source.targetRevision ?? ''],
    ['KUBE_VERSION', kubeVersion],
    ['KUBE_API_VERSIONS', apiVersions.join(',')],
  ]);
}

/** Replaces `$NAME` and `${NAME}` of the build environment; anything else stays as it is. `$$` is a dollar sign. */
export function substitute(text: string, environment: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$(?:\{([A-Z0-9_]+)\}|([A-Z0-9_]+))/g, (whole, braced?: string, bare?: string) =>
    whole === '$$' ? '$' : (environment.get(braced ?? bare ?? '') ?? whole),
  );
}
