import type { ContainerNetwork } from '../container-runtime.js';
import { charged, type ShellState } from './shell-state.js';

/**
 * Price of a request that is answered, in commands: the API may look through all pods of a large cluster for one, and then say
 * little. A script that asks at every turn gets some dozens of answers per look.
 */
const ANSWER_WORK = 1500;
/** Price of a connection, a datagram or a name. */
const CALL_WORK = 10;

/** A network whose use a script pays for: what others do for it keeps everybody waiting as its own commands do. */
export function chargedNetwork(network: ContainerNetwork, stateOf: () => ShellState): ContainerNetwork {
  const paid = <T>(work: number, result: T): T => {
    stateOf().work += work;
    return result;
  };
  return {
    get ip() {
      return network.ip;
    },
    get server() {
      return network.server;
    },
    get certificates() {
      return network.certificates;
    },
    fetch(...call) {
      const [, , , path, body = ''] = call;
      charged(stateOf(), path + body);
      const reply = network.fetch(...call);
      if (typeof reply === 'string') return paid(CALL_WORK, reply);
      charged(stateOf(), reply.body);
      return paid(ANSWER_WORK, reply);
    },
    reach: (host, port, protocol) => paid(CALL_WORK, network.reach(host, port, protocol)),
    datagram: (host, port, text) => paid(CALL_WORK, network.datagram(host, port, charged(stateOf(), text))),
    lookUp: (host) => paid(CALL_WORK, network.lookUp(host)),
    answersPing: (address) => paid(CALL_WORK, network.answersPing(address)),
    ask: (question) => paid(CALL_WORK, network.ask(question)),
  };
}
