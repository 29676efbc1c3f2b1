import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { writePrivateFile } from '../bootstrap/private-file.js';
import { CONFIG, type Config } from '../config/config.js';
import { type KnownHost, formatKnownHosts, parseKnownHosts } from './known-hosts.js';

/** More keys than this are no list somebody keeps. */
const MAX_KNOWN_HOSTS = 10_000;

/**
 * The host keys ssh accepts. A host that is asked for the first time is remembered by ssh itself; when its key changes
 * it is refused until somebody removes or replaces the old one here.
 */
@Injectable()
export class KnownHostsService {
  readonly #file: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.#file = join(config.dataDir, 'ssh', 'known_hosts');
  }

  async list(): Promise<KnownHost[]> {
    return parseKnownHosts(await readFile(this.#file, 'utf8').catch(() => ''));
  }

  /** Adds keys; those of the same host and type are replaced. @throws CodedError `known_host_invalid`. */
  async add(lines: string): Promise<KnownHost[]> {
    const added = parseKnownHosts(lines);
    if (added.length === 0)
      throw new CodedError(
        'known_host_invalid',
        'No line is a host key such as "github.com ssh-ed25519 AAAA…" (what ssh-keyscan prints).',
      );
    const kept = (await this.list()).filter(
      (old) => !added.some((host) => host.host === old.host && host.keyType === old.keyType),
    );
    if (kept.length + added.length > MAX_KNOWN_HOSTS)
      throw new CodedError('known_hosts_too_many', `More than ${MAX_KNOWN_HOSTS} host keys.`);
    await writePrivateFile(this.#file, formatKnownHosts([...kept, ...added]));
    return added;
  }

  /** Forgets a host's keys. @throws CodedError `known_host_not_found`. */
  async remove(host: string): Promise<KnownHost[]> {
    const all = await this.list();
    const removed = all.filter((known) => known.host === host);
    if (removed.length === 0)
      throw new CodedError(
        'known_host_not_found',
        `No key of the host ${JSON.stringify(host.slice(0, 255))} is known.`,
      );
    await writePrivateFile(this.#file, formatKnownHosts(all.filter((known) => known.host !== host)));
    return removed;
  }
}
