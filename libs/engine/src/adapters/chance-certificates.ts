import { createAuthority, createServerCertificate, generatePrivateKey } from '../auth/certificates.js';
import type { CertificateMaker } from '../runtime/certificate-maker.js';

/** As long as kube-webhook-certgen makes them. */
const DAYS = 36_500;

/** Keys by the chance of the machine, with an authority of their own. */
export const chanceCertificates: CertificateMaker = {
  forServer(hosts, nowMs) {
    const authority = createAuthority({ key: generatePrivateKey(), nowMs, commonName: 'nil1' });
    const { cert, key } = createServerCertificate({
      authority,
      key: generatePrivateKey(),
      nowMs,
      days: DAYS,
      commonName: hosts[0] ?? 'nil2',
      names: [...hosts],
    });
    return { ca: authority.cert, cert, key };
  },
};
