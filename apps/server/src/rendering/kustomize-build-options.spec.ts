import { describe, expect, it } from 'vitest';
import { readBuildOptions } from './kustomize-build-options.js';

describe('the build options of kustomize', () => {
  it('are the safe ones when nothing is said', () => {
    expect(readBuildOptions('')).toEqual({
      enableHelm: false,
      loadRestrictions: 'root-only',
      reorder: 'legacy',
      kubeVersion: undefined,
    });
  });
  it('are read with spaces and equal signs', () => {
    expect(
      readBuildOptions(
        ' --enable-helm --load-restrictor=LoadRestrictionsNone --reorder none --helm-kube-version 1.30 ',
      ),
    ).toEqual({ enableHelm: true, loadRestrictions: 'none', reorder: 'none', kubeVersion: '1.30' });
  });
  it.each(['--enable-exec', '--load-restrictor Anything', '--reorder', '--helm-command /bin/sh'])(
    '%s is refused with its name',
    (text) => {
      expect(() => readBuildOptions(text)).toThrow(/kustomize.buildOptions in the ConfigMap argocd-cm has/);
    },
  );
});
