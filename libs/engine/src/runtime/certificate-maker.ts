/** PEM: an authority, and what it has certified for a server. */
export interface MadeCertificate {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes keys with certificates for programs in containers: a port, because keys that nobody guesses are made by chance. */
export interface CertificateMaker {
  forServer(hosts: readonly string[], nowMs: number): MadeCertificate;
}
