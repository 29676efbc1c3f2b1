import { expect, it } from 'vitest';
import { DurableGate } from './durable-gate.js';

function open(revision = 5) {
  const store = { revision };
  const waits: { revision: number; done: () => void; fail: () => void }[] = [];
  const ran: string[] = [];
  let failures = 0;
  const gate = new DurableGate(
    store,
    (wanted) =>
      new Promise((resolve, reject) => {
        waits.push({ revision: wanted, done: resolve, fail: () => reject(new Error('disk')) });
      }),
    () => failures++,
  );
  const say = (text: string) => gate.run(() => ran.push(text));
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { store, gate, waits, ran, say, settle, failures: () => failures };
}

it('lets pass at once what is durable already', () => {
  const { ran, say, waits } = open();
  say('a');
  expect([ran, waits.length]).toEqual([['a'], 0]);
});

it('holds back what is not, in order, with one wait for all that came meanwhile', async () => {
  const { store, ran, say, waits, settle } = open();
  store.revision = 6;
  say('a');
  store.revision = 7;
  say('b');
  say('c');
  expect([ran, waits.map(({ revision }) => revision)]).toEqual([[], [6]]);
  waits[0]?.done();
  await settle();
  expect([ran, waits.map(({ revision }) => revision)]).toEqual([['a'], [6, 7]]);
  waits[1]?.done();
  await settle();
  say('d');
  expect(ran).toEqual(['a', 'b', 'c', 'd']);
});

it('never tells of a change that could not be kept', async () => {
  const { store, ran, say, waits, settle, failures } = open();
  store.revision = 6;
  say('a');
  waits[0]?.fail();
  await settle();
  expect([ran, failures()]).toEqual([[], 1]);
});

it('waits for one revision only as long as that is not known to be durable', async () => {
  const { gate, waits } = open(5);
  expect(gate.reached(5)).toBeUndefined();
  const reached = gate.reached(6);
  expect(waits.map(({ revision }) => revision)).toEqual([6]);
  waits[0]?.done();
  await reached;
  expect([gate.reached(6), waits.length]).toEqual([undefined, 1]);
});

it('says so when a revision can not be made durable', async () => {
  const { gate, waits } = open(5);
  const reached = gate.reached(6);
  waits[0]?.fail();
  await expect(reached).rejects.toThrow('disk');
});
