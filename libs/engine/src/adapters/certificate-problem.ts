import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';

const UNTRUSTED = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';

/**
 * Why a client that trusts `bundle` (PEM; the system's authorities without one) would not talk to a server that shows this
 * certificate; undefined when it would. For servers that are only simulated: real ones are judged by TLS itself.
 */
export function certificateProblem(
  shown: string,
  bundle: string | undefined,
  host: string,
  nowMs: number,
): string | undefined {
  const chain = certificatesOf(shown);
  const [leaf] = chain;
  const authorities = certificatesOf(bundle ?? rootCertificates.join('\n'));
  if (!leaf || !isTrusted(leaf, chain.slice(1), authorities)) return UNTRUSTED;
  if (nowMs < Date.parse(leaf.validFrom) || nowMs > Date.parse(leaf.validTo))
    return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid';
  if (leaf.checkHost(host, { subject: 'never' }) === undefined)
    return `tls: failed to verify certificate: x509: certificate is not valid for ${host}`;
  return undefined;
}

function isTrusted(
  certificate: X509Certificate,
  between: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  const signs = (issuer: X509Certificate): boolean =>
    certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  return (
    authorities.some(
      (authority) => authority.fingerprint256 === certificate.fingerprint256 || signs(authority),
    ) ||
    // Every step uses one up, so a circle of them ends.
    between.some(
      (issuer) =>
        signs(issuer) &&
        isTrusted(
          issuer,
          between.filter((one) => one !== issuer),
          authorities,
        ),
    )
  );
}

/** The certificates of a PEM; what is none is left out. */
function certificatesOf(pem: string): X509Certificate[] {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)].flatMap(
    ([text]) => {
      try {
        return [new X509Certificate(text)];
      } catch {
        return [];
      }
    },
  );
}
