import type { DnsAnswer, DnsQuestion } from '../network/dns/dns-record.js';
import type { ContainerNetwork, NetworkReply, Reach } from './container-runtime.js';

/** A network that is made when it is first used: most containers of a large cluster never call anybody. */
export class LazyNetwork implements ContainerNetwork {
  readonly ip: string;
  readonly server: string;
  readonly #make: () => ContainerNetwork;
  #made: ContainerNetwork | undefined;

  constructor(ip: string, server: string, make: () => ContainerNetwork) {
    this.ip = ip;
    this.server = server;
    this.#make = make;
  }

  fetch(...call: Parameters<ContainerNetwork['fetch']>): NetworkReply | Exclude<Reach, 'open'> {
    return this.#network().fetch(...call);
  }

  reach(...call: Parameters<ContainerNetwork['reach']>): Reach {
    return this.#network().reach(...call);
  }

  datagram(...call: Parameters<ContainerNetwork['datagram']>): string | undefined {
    return this.#network().datagram(...call);
  }

  lookUp(host: string): readonly string[] {
    return this.#network().lookUp(host);
  }

  ask(question: DnsQuestion): DnsAnswer {
    return this.#network().ask(question);
  }

  #network(): ContainerNetwork {
    return (this.#made ??= this.#make());
  }
}
