import { CodedError } from '@lotse/manifests';

/** What the operator allows kustomizations. */
export interface KustomizeBuildOptions {
  readonly enableHelm: boolean;
  readonly loadRestrictions: 'root-only' | 'none';
  readonly reorder: 'legacy' | 'none';
  readonly kubeVersion: string | undefined;
}

const LOAD_RESTRICTIONS = new Map([
  ['LoadRestrictionsRootOnly', 'root-only' as const],
  ['LoadRestrictionsNone', 'none' as const],
]);

/** Reads `kustomize.buildOptions`, the options of `kustomize build`. @throws CodedError `render_build_options`. */
export function readBuildOptions(text: string): KustomizeBuildOptions {
  const words = text.split(/[\s=]+/).filter((word) => word !== '');
  let options: KustomizeBuildOptions = {
    enableHelm: false,
    loadRestrictions: 'root-only',
    reorder: 'legacy',
    kubeVersion: undefined,
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    switch (word) {
      case '--enable-helm':
        options = { ...options, enableHelm: true };
        if (words[at + 1] === 'true') at++;
        break;
      case '--load-restrictor': {
        const name = words[++at] ?? '';
        const loadRestrictions = LOAD_RESTRICTIONS.get(name);
        if (!loadRestrictions) throw refuse(`${word} ${name}`, [...LOAD_RESTRICTIONS.keys()].join(' or '));
        options = { ...options, loadRestrictions };
        break;
      }
      case '--reorder': {
        const reorder = words[++at] ?? '';
        if (reorder !== 'legacy' && reorder !== 'none') throw refuse(`${word} ${reorder}`, 'legacy or none');
        options = { ...options, reorder };
        break;
      }
      case '--helm-kube-version':
        options = { ...options, kubeVersion: words[++at] };
        break;
      case '--enable-alpha-plugins':
        // built-in plugins need no permission, and others are refused where they are named
        break;
      default:
        throw refuse(word, '--enable-helm, --load-restrictor, --reorder and --helm-kube-version');
    }
  }
  return options;
}

function refuse(option: string, known: string): CodedError {
  return new CodedError(
    'render_build_options',
    `kustomize.buildOptions in the ConfigMap argocd-cm has ${JSON.stringify(option)}, which is not known here. Use ${known}.`,
  );
}
