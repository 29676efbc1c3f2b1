import type { SigningRequest } from './signing-request.js';

/** What a certificate may be asked for (certificates.k8s.io KeyUsage), sorted. */
export const KEY_USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

const CLIENT = 'kubernetes.io/kube-apiserver-client';
const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
const KUBELET_SERVING = 'kubernetes.io/kubelet-serving';
const NODE = 'system:node:';
const NODES = 'system:nodes';

/**
 * Why a signer of the cluster does not sign what is asked for (pkg/controller/certificates/signer); undefined when it does. `null`
 * for signers of others.
 */
export function signerProblem(
  signerName: string,
  usages: readonly string[],
  request: SigningRequest,
): string | undefined | null {
  switch (signerName) {
    case CLIENT:
      return clientProblem(usages);
    case KUBELET_CLIENT:
      return (
        organizationProblem(request) ??
        forbiddenName(request, ['dns', 'email', 'ip', 'uri']) ??
        commonNameProblem(request) ??
        usagesProblem(usages, 'client auth')
      );
    case KUBELET_SERVING:
      return (
        organizationProblem(request) ??
        (request.names.some(({ kind }) => kind === 'dns' || kind === 'ip')
          ? undefined
          : 'DNS or IP subjectAltName is required') ??
        forbiddenName(request, ['email', 'uri']) ??
        usagesProblem(usages, 'server auth') ??
        commonNameProblem(request)
      );
    default:
      return null;
  }
}

function clientProblem(usages: readonly string[]): string | undefined {
  const allowed = ['digital signature', 'key encipherment', 'client auth'];
  const wrong = usages.find((usage) => !allowed.includes(usage));
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  return usages.includes('client auth')
    ? undefined
    : 'missing required usage for client certificate: client auth';
}

function usagesProblem(usages: readonly string[], purpose: string): string | undefined {
  const given = new Set(usages);
  const required = ['digital signature', purpose];
  const rest = [...given].filter((usage) => !required.includes(usage) && usage !== 'key encipherment');
  if (rest.length === 0 && required.every((usage) => given.has(usage))) return undefined;
  return `usages did not match [${[...required, 'key encipherment'].sort().join(' ')}]`;
}

const organizationProblem = ({ organizations }: SigningRequest): string | undefined =>
  organizations.length === 1 && organizations[0] === NODES
    ? undefined
    : `subject organization is not ${NODES}`;

const commonNameProblem = ({ commonName }: SigningRequest): string | undefined =>
  commonName.startsWith(NODE) ? undefined : `subject common name does not begin with ${NODE}`;

const WORDS = { dns: 'DNS', email: 'Email', ip: 'IP', uri: 'URI' } as const;

function forbiddenName(
  { names }: SigningRequest,
  kinds: readonly (keyof typeof WORDS)[],
): string | undefined {
  const kind = kinds.find((one) => names.some((name) => name.kind === one));
  return kind && `${WORDS[kind]} subjectAltNames are not allowed`;
}
