/** Names and values that are chance or time on any server; everything else must be the same on both. */
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/** Headers that tell answers apart; the others are about connections. */
const COMPARED_HEADERS = [
  'content-type',
  'warning',
  'retry-after',
  'cache-control',
  'www-authenticate',
  'location',
  'vary',
];

/** How two answers to one request differ: one line for each difference, none when they agree. */
export function differences(ours, theirs) {
  const lines = [];
  if (ours.status !== theirs.status) lines.push(line('status', ours.status, theirs.status));
  for (const name of COMPARED_HEADERS) {
    const [one, other] = [normalText(ours.headers[name]), normalText(theirs.headers[name])];
    if (one !== other) lines.push(line(`header ${name}`, one, other));
  }
  if (isStream(ours.text) && isStream(theirs.text)) {
    compare('events', events(ours.text), events(theirs.text), lines);
    return lines;
  }
  if (ours.body === undefined || theirs.body === undefined) {
    const [one, other] = [normalText(ours.text), normalText(theirs.text)];
    if (one !== other) lines.push(line('text', one, other));
    return lines;
  }
  compare('', ours.body, theirs.body, lines);
  return lines;
}

const isStream = (text) => /^\{"type":"[A-Z]+","object":/.test(text);
const events = (text) =>
  text
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one));

function compare(path, ours, theirs, lines) {
  if (isKnown(path, ours, theirs)) return;
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const most = Math.max(ours.length, theirs.length);
    for (let index = 0; index < most; index++)
      compare(`${path}[${index}]`, ours[index], theirs[index], lines);
    return;
  }
  if (isMap(ours) && isMap(theirs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
      compare(`${path}.${key}`, ours[key], theirs[key], lines);
    return;
  }
  const [one, other] = [normal(path, ours), normal(path, theirs)];
  if (JSON.stringify(one) !== JSON.stringify(other)) lines.push(line(path, one, other));
}

/**
 * Differences that are meant. Items of lists say what they are, which Kubernetes leaves to the list; retired versions are served beside
 * the current ones, and the server is a build of its own.
 */
function isKnown(path, ours, theirs) {
  if (/^\.items\[\d+\]\.(kind|apiVersion)$/.test(path)) return theirs === undefined;
  if (/^\.(groups\[\d+\]\.)?versions\[\d+\]$/.test(path)) return theirs === undefined;
  return /^\.(gitVersion|goVersion|gitCommit|buildDate|serverAddressByClientCIDRs.*)$/.test(path);
}

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const line = (what, ours, theirs) => `${what}\n      ours:   ${shown(ours)}\n      theirs: ${shown(theirs)}`;
const shown = (value) => (value === undefined ? '(absent)' : JSON.stringify(value).slice(0, 700));

function normal(path, value) {
  if (/\.(resourceVersion|continue)$/.test(path) && typeof value === 'string' && value !== '')
    return '<given>';
  if (/\.(clusterIPs?(\[\d+\])?)$/.test(path) && value !== 'None') return value && '<address>';
  return typeof value === 'string' ? normalText(value) : value;
}

function normalText(text) {
  if (text === undefined) return undefined;
  return String(text)
    .replace(UID, '<uid>')
    .replace(TIME, '<time>')
    .replace(/^\d+(ms|s)$/, '<age>')
    .replace(/^( *resourceVersion: )"\d+"$/gm, '$1<number>')
    .replace(/in record \(\d+\)/g, 'in record <number>')
    .replace(/(resource version: )\d+( \(\d+\))?(, current: \d+)?/gi, '$1<number>')
    .replace(/ResourceVersion in precondition: \d+, ResourceVersion in object meta: \d+/, '<versions>')
    .replace(/patch: Invalid value: "(.*)": (?!.*": )/s, 'patch: Invalid value: <patch>: ')
    .replace(/^Invalid value: "\{(\\"|.)*\}": (?!.*": )/s, 'Invalid value: <patch>: ')
    .replace(/"(-)[bcdfghjklmnpqrstvwxz2456789]{5}"/g, '"$1<chance>"')
    .replace(/^(-)[bcdfghjklmnpqrstvwxz2456789]{5}$/, '$1<chance>')
    .replace(/"([Mm]ade-[a-z.-]*)[bcdfghjklmnpqrstvwxz2456789]{5}"/g, '"$1<chance>"')
    .replace(/^([Mm]ade-[a-z.-]*)[bcdfghjklmnpqrstvwxz2456789]{5}$/, '$1<chance>');
}
