import type { DnsAnswer, DnsQuestion } from '../network/dns/dns-record.js';
import type { CertificateMaker } from './certificate-maker.js';
import type { ContainerNetwork, NetworkReply, Reach } from './container-runtime.js';

/** Requests that one may come to, where those who answer ask others, and how deep: servers that ask themselves never end. */
const MOST_REQUESTS = 200;
const DEEPEST_REQUEST = 20;

let depth = 0;
let requests = 0;

/** Sends a request as part of those that wait for an answer at the moment. */
export function answered<T>(send: () => T): T | 'refused' {
  if (depth === 0) requests = 0;
  if (depth >= DEEPEST_REQUEST || requests >= MOST_REQUESTS) return 'refused';
  depth++;
  requests++;
  try {
    return send();
  } finally {
    depth--;
  }
}

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
    return answered(() => this.#network().fetch(...call));
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

  answersPing(address: string): boolean {
    return this.#network().answersPing(address);
  }

  get certificates(): CertificateMaker | undefined {
    return this.#network().certificates;
  }

  ask(question: DnsQuestion): DnsAnswer {
    return this.#network().ask(question);
  }

  #network(): ContainerNetwork {
    return (this.#made ??= this.#make());
  }
}
