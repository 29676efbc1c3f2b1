import { FileError } from '../files/container-files.js';
import { textFromBytes } from '../files/file-node.js';
import type { Builtin } from './builtin.js';
import type { ShellState } from './shell-state.js';

/** Bit of the capability to change the network. */
const NET_ADMIN = 12n;

function mayChangeNetwork({ files }: ShellState): boolean {
  const [, mask = '0'] = /CapEff:\t([0-9a-f]+)/.exec(textFromBytes(files.read('/proc/self/status'))) ?? [];
  return ((BigInt(`0x${mask}`) >> NET_ADMIN) & 1n) === 1n;
}

/** Shows and changes network interfaces, as far as there are any: the loopback and the one to the cluster. */
const ip: Builtin = ({ state, args }) => {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const [object = '', verb = 'show'] = words;
  const isBrief = args.includes('-br') || args.includes('-brief');
  const print = (text: string): number => {
    state.write('stdout', text);
    return 0;
  };
  if (/^(?:add|del|delete|set|change|replace|flush)$/.test(verb)) {
    if (mayChangeNetwork(state)) return 0;
    state.write('stderr', 'ip: RTNETLINK answers: Operation not permitted\n');
    return 2;
  }
  const { ip: address } = state.network;
  const links = [
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n',
    '2: eth0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue\n    link/ether 0a:58:0a:f4:00:02 brd ff:ff:ff:ff:ff:ff\n',
  ];
  if (/^(?:a|ad|add|addr|address)$/.test(object)) {
    if (isBrief)
      return print(
        `lo               UNKNOWN        127.0.0.1/8\neth0@if3         UP             ${address}/24\n`,
      );
    return print(
      `${links[0]}    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n${links[1]}    inet ${address}/24 scope global eth0\n       valid_lft forever preferred_lft forever\n`,
    );
  }
  if (/^l(?:i|in|ink)?$/.test(object)) return print(links.join(''));
  if (/^r(?:o|ou|out|oute)?$/.test(object)) {
    const network = address.replace(/\d+$/, '');
    return print(`default via ${network}1 dev eth0\n${network}0/24 dev eth0 scope link src ${address}\n`);
  }
  state.write('stderr', 'Usage: ip [OPTIONS] address|route|link [ARGS]\n');
  return 1;
};

/** Shows parameters of the kernel; none can be set from within a container. */
const sysctl: Builtin = ({ state, args }) => {
  const isBare = args.includes('-n');
  let code = 0;
  for (const name of args.filter((arg) => !arg.startsWith('-'))) {
    const key = (name.split('=')[0] ?? '').trim();
    try {
      if (name.includes('=')) throw new FileError('EROFS', 'open', key);
      const value = textFromBytes(state.files.read(`/proc/sys/${key.replaceAll('.', '/')}`)).trimEnd();
      state.write('stdout', isBare ? `${value}\n` : `${key} = ${value}\n`);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const why = name.includes('=') ? `error setting key '${key}'` : `error: '${key}'`;
      state.write('stderr', `sysctl: ${why}: ${error.reason}\n`);
      code = 1;
    }
  }
  return code;
};

/** Commands about the machine a container believes to run on. */
export const SYSTEM_COMMANDS: readonly (readonly [string, Builtin])[] = [
  ['ip', ip],
  ['sysctl', sysctl],
];
