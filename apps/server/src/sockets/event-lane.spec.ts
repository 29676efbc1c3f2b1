import { describe, expect, it } from 'vitest';
import { EventLane } from './event-lane.js';

function setup() {
  const seen: string[] = [];
  const disk = { write: (): void => undefined, fail: (): void => undefined };
  let broken = 0;
  const lane = new EventLane<string>({
    durable: () =>
      new Promise((resolve, reject) => {
        disk.write = resolve;
        disk.fail = () => reject(new Error('gone'));
      }),
    deliver: (item) => void seen.push(item),
    onBroken: () => broken++,
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { seen, disk, lane, turn, broken: () => broken };
}

describe('a lane of events', () => {
  it('tells nothing before it is durable, then everything in its order', async () => {
    const { seen, disk, lane, turn } = setup();
    lane.open();
    lane.push('a');
    lane.push('b');
    await turn();
    expect(seen).toEqual([]);
    disk.write();
    await turn();
    lane.push('c');
    disk.write();
    await turn();
    disk.write();
    await turn();
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('keeps what comes before it is opened', async () => {
    const { seen, disk, lane, turn } = setup();
    lane.push('early');
    await turn();
    lane.open();
    disk.write();
    await turn();
    expect(seen).toEqual(['early']);
  });

  it('says that it is broken, once, when a write can not become durable, and is silent afterwards', async () => {
    const { seen, disk, lane, turn, broken } = setup();
    lane.open();
    lane.push('a');
    await turn();
    disk.fail();
    await turn();
    lane.push('b');
    await turn();
    expect([seen, broken()]).toEqual([[], 1]);
  });

  it('breaks instead of holding more than its limit', () => {
    const { lane, broken } = setup();
    for (let i = 0; i <= 20_001; i++) lane.push('x');
    expect(broken()).toBe(1);
  });

  it('tells nothing after its end, also of what was on its way', async () => {
    const { seen, disk, lane, turn } = setup();
    lane.open();
    lane.push('a');
    await turn();
    lane.end();
    disk.write();
    await turn();
    expect(seen).toEqual([]);
  });
});
