import { CodedError, type ErrorPlace } from '@lotse/manifests';

/** What can go wrong with a chart, as the code of the error. */
export type HelmErrorCode =
  | 'helm/chart-missing'
  | 'helm/chart-invalid'
  | 'helm/chart-too-large'
  | 'helm/archive-invalid'
  | 'helm/dependency-missing'
  | 'helm/repository-invalid'
  | 'helm/repository-unreachable'
  | 'helm/repository-denied'
  | 'helm/digest-mismatch'
  | 'helm/lock-outdated'
  | 'helm/values-invalid'
  | 'helm/schema-violation'
  | 'helm/kube-version'
  | 'helm/release-name'
  | 'helm/not-installable'
  | 'helm/template-parse'
  | 'helm/template-execution'
  | 'helm/limit'
  | 'helm/manifest-invalid'
  | 'helm/post-render';

/** A chart that can't be rendered. The message is what the helm command says, with more about the place where it helps. */
export class HelmError extends CodedError {
  constructor(code: HelmErrorCode, message: string, place: ErrorPlace = {}, options?: ErrorOptions) {
    super(code, message, place, options);
    this.name = 'HelmError';
  }
}

/** Text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
