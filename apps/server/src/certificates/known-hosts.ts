import { createHash } from 'node:crypto';

/** One key of a host, as ssh keeps it. */
export interface KnownHost {
  /** `github.com`, or `[git.example.org]:2222`. */
  readonly host: string;
  /** `ssh-ed25519`, … */
  readonly keyType: string;
  /** The public key in base64. */
  readonly key: string;
}

const LINE =
  /^([A-Za-z0-9.:_*?[\]-]{1,255}(?:,[A-Za-z0-9.:_*?[\]-]{1,255}){0,9}) ((?:ssh|ecdsa|sk)-[A-Za-z0-9@.-]{1,64}) ([A-Za-z0-9+/]{16,8192}={0,2})(?: .*)?$/;

/** The keys in a known_hosts text; lines of other forms (hashed names, markers) are left out. */
export function parseKnownHosts(text: string): KnownHost[] {
  return text.split('\n').flatMap((line) => {
    const [, hosts, keyType, key] = LINE.exec(line.trim()) ?? [];
    return hosts === undefined || keyType === undefined || key === undefined
      ? []
      : hosts.split(',').map((host) => ({ host, keyType, key }));
  });
}

export function formatKnownHosts(hosts: readonly KnownHost[]): string {
  return hosts.map(({ host, keyType, key }) => `${host} ${keyType} ${key}\n`).join('');
}

/** What ssh prints for a key: `SHA256:…`. */
export function fingerprint({ key }: KnownHost): string {
  return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;
}
