import type { DnsAnswer, DnsRecord, RecordType } from '../../network/dns/dns-record.js';
import { candidatesFor } from '../../network/dns/pod-resolver.js';
import type { Builtin } from './builtin.js';
import { noteGuess } from './note-guess.js';
import type { ShellState } from './shell-state.js';

type Asked = RecordType | 'ANY';

const TYPES = new Set<string>(['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'TXT', 'SOA', 'NS', 'ANY']);
const asType = (text: string): Asked | undefined =>
  TYPES.has(text.toUpperCase()) ? (text.toUpperCase() as Asked) : undefined;

/** Seconds of the SOA record that nobody sets: retry, refresh and expiry (CoreDNS). */
const SOA_TIMES = '7200 1800 86400';

/** What a record says, as a zone file has it. */
function dataOf(record: DnsRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'CNAME':
    case 'PTR':
    case 'NS':
      return `${record.target}.`;
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${record.target}.`;
    case 'TXT':
      return JSON.stringify(record.text);
    case 'SOA':
      return `${record.primary}. ${record.mailbox}. ${record.serial} ${SOA_TIMES} ${record.minimum}`;
  }
}

const lineOf = (record: DnsRecord): string =>
  `${record.name}.\t${record.ttl}\tIN\t${record.type}\t${dataOf(record)}\n`;

const reversed = (address: string): string => `${address.split('.').reverse().join('.')}.in-addr.arpa`;
const isAddress = (text: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text);

/** Names to ask for, one after the other, by the container's own `/etc/resolv.conf`. */
function candidates(state: ShellState, name: string): readonly string[] {
  const text = state.files.exists('/etc/resolv.conf') ? state.files.read('/etc/resolv.conf') : '';
  const searches = /^search[ \t]+(.+)$/m.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  const dots = /^options\b.*\b(ndots:\d+)/m.exec(text)?.[1];
  return candidatesFor(name, { searches, options: new Map(dots === undefined ? [] : [['ndots', dots]]) });
}

interface Found extends DnsAnswer {
  /** The name that was asked for in the end. */
  readonly name: string;
}

/** Asks for a name; with `searches`, for what it may be short for. */
function ask(state: ShellState, name: string, type: Asked, searches: boolean): Found {
  state.noteOutside();
  let last: Found | undefined;
  for (const candidate of searches ? candidates(state, name) : [name.replace(/\.$/, '')]) {
    const answer = { ...state.network.ask({ name: candidate, type }), name: candidate };
    if (answer.answers.length > 0) return answer;
    // A name that exists is the one that was meant, even if it has no such record.
    if (last?.code !== 'NOERROR') last = answer;
  }
  noteGuess(state, name, 'unknown');
  return last ?? { code: 'SERVFAIL', authoritative: false, answers: [], authority: [], additional: [], name };
}

/** The address of the server that was named; undefined for one that answers no questions here. */
function serverNamed(state: ShellState, given: string | undefined): string | undefined {
  const { server } = state.network;
  if (given === undefined) return server;
  const [address] = isAddress(given) ? [given] : state.network.lookUp(given);
  return address === server ? server : undefined;
}

const dig: Builtin = ({ state, args }) => {
  const at = args.find((arg) => arg.startsWith('@'))?.slice(1);
  if (serverNamed(state, at) === undefined) {
    state.write('stdout', `;; communications error to ${at}#53: timed out\n;; no servers could be reached\n`);
    return 9;
  }
  let name: string | undefined;
  let type: Asked = 'A';
  const options = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    const next = args[index + 1] ?? '';
    if (arg === '-x') [name, type] = [reversed(next), 'PTR'];
    else if (arg === '-t') type = asType(next) ?? type;
    else if (arg === '-q') name = next;
    if (/^-[xtqpbc]$/.test(arg)) index++;
    else if (arg.startsWith('+')) options.add(arg.slice(1));
    else if (!arg.startsWith('-') && !arg.startsWith('@') && arg.toUpperCase() !== 'IN') {
      const given = asType(arg);
      if (name !== undefined && given) type = given;
      else name ??= arg;
    }
  }
  const found = name === undefined ? undefined : ask(state, name, type, options.has('search'));
  const answers = found?.answers ?? [];
  const print = (text: string): void => state.write('stdout', text);
  if (options.has('short')) print(answers.map((record) => `${dataOf(record)}\n`).join(''));
  else if (options.has('noall')) {
    if (options.has('answer')) print(answers.map(lineOf).join(''));
  } else if (found) print(report(found, type, state.network.server));
  return 0;
};

function report(
  { name, code, answers, authority, authoritative }: Found,
  type: string,
  server: string,
): string {
  const section = (title: string, records: readonly DnsRecord[]): string =>
    records.length === 0 ? '' : `;; ${title} SECTION:\n${records.map(lineOf).join('')}\n`;
  return (
    `\n; <<>> DiG 9.18.33 <<>> ${name}\n;; global options: +cmd\n;; Got answer:\n` +
    `;; ->>HEADER<<- opcode: QUERY, status: ${code}, id: 4096\n` +
    `;; flags: qr ${authoritative ? 'aa ' : ''}rd; QUERY: 1, ANSWER: ${answers.length}, AUTHORITY: ${authority.length}, ADDITIONAL: 0\n\n` +
    `;; QUESTION SECTION:\n;${name}.\t\tIN\t${type}\n\n` +
    section('ANSWER', answers) +
    section('AUTHORITY', authority) +
    `;; Query time: 0 msec\n;; SERVER: ${server}#53(${server}) (UDP)\n\n`
  );
}

const nslookup: Builtin = ({ state, args }) => {
  const asked = args.map((arg) => /^-(?:query)?type=(\w+)$/i.exec(arg)?.[1]).find((arg) => arg !== undefined);
  const [host = '', given] = args.filter((arg) => !arg.startsWith('-'));
  if (serverNamed(state, given) === undefined) {
    state.write('stdout', ';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  const type = asType(asked ?? '') ?? (isAddress(host) ? 'PTR' : 'A');
  const name = isAddress(host) ? reversed(host) : host;
  const found = ask(state, name, type, !isAddress(host));
  const { server } = state.network;
  state.write('stdout', `Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  if (found.answers.length === 0) {
    state.write(
      'stdout',
      found.code === 'NOERROR'
        ? `*** Can't find ${found.name}: No answer\n\n`
        : `** server can't find ${found.name}: ${found.code}\n\n`,
    );
    return found.code === 'NOERROR' ? 0 : 1;
  }
  for (const record of found.answers) state.write('stdout', told(record));
  state.write('stdout', '\n');
  return 0;
};

/** A record in `nslookup`'s words. */
function told(record: DnsRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${record.name}\nAddress: ${record.address}\n`;
    case 'CNAME':
      return `${record.name}\tcanonical name = ${record.target}\n`;
    case 'PTR':
      return `${record.name}\tname = ${record.target}\n`;
    case 'SRV':
      return `${record.name}\tservice = ${record.priority} ${record.weight} ${record.port} ${record.target}\n`;
    case 'TXT':
    case 'NS':
    case 'SOA':
      return `${record.name}\t${record.type.toLowerCase()} = ${dataOf(record)}\n`;
  }
}

const host: Builtin = ({ state, args }) => {
  const flag = args.indexOf('-t');
  const rest = args.filter((arg, index) => !arg.startsWith('-') && !(flag >= 0 && index === flag + 1));
  const [given = ''] = rest;
  const type = asType(args[flag + 1] ?? '') ?? (isAddress(given) ? 'PTR' : 'A');
  const found = ask(state, isAddress(given) ? reversed(given) : given, type, !isAddress(given));
  const print = (text: string): void => state.write('stdout', `${text}\n`);
  for (const record of found.answers) {
    const words = {
      A: 'has address',
      AAAA: 'has IPv6 address',
      CNAME: 'is an alias for',
      PTR: 'domain name pointer',
      SRV: 'has SRV record',
      TXT: 'descriptive text',
      NS: 'name server',
      SOA: 'has SOA record',
    };
    print(`${record.name} ${words[record.type]} ${dataOf(record)}`);
  }
  if (found.answers.length > 0) return 0;
  if (found.code === 'NOERROR') print(`${found.name} has no ${type} record`);
  else print(`Host ${given} not found: ${found.code === 'NXDOMAIN' ? '3(NXDOMAIN)' : '5(REFUSED)'}`);
  return 1;
};

/** Commands that ask the cluster's DNS. */
export const DNS_COMMANDS: readonly (readonly [string, Builtin])[] = [
  ['nslookup', nslookup],
  ['dig', dig],
  ['host', host],
];
