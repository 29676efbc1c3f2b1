import { DnsServer, ServiceSockets, type Cluster } from '@lotse/engine';
import type { Config } from '../config/config.js';
import type { Logger } from '../logging/logger.js';

/**
 * Makes the simulated network reachable from this machine: services on their loopback addresses and node ports, names
 * through a DNS server. What cannot be listened on is reported and left out; the cluster runs without it.
 */
export class ClusterSockets {
  readonly #services: ServiceSockets | undefined;
  readonly #dns: DnsServer;
  readonly #config: Config;
  readonly #logger: Logger;

  constructor(cluster: Cluster, config: Config, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
    this.#dns = new DnsServer({ dns: cluster.dns, host: '127.0.0.1', port: config.dnsPort });
    this.#services = config.serviceSockets
      ? new ServiceSockets({
          client: cluster.client,
          proxy: cluster.proxy,
          runtime: cluster.runtime,
          onProblem: (problem) =>
            logger.warn('A service cannot be reached from this machine', { ...problem }),
        })
      : undefined;
  }

  async start(): Promise<void> {
    this.#services?.start();
    try {
      const port = await this.#dns.start();
      this.#logger.info('Cluster DNS answers', { address: '127.0.0.1', port });
    } catch (error) {
      this.#logger.warn('Cluster DNS cannot be asked from this machine; set another LOTSE_DNS_PORT', {
        port: this.#config.dnsPort,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#services?.stop(), this.#dns.stop()]);
  }
}
