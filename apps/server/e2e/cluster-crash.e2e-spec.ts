import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { KillableServer } from './support/killable-server.js';
import { seededChance } from './support/seeded-chance.js';
import { WriteLoad } from './support/write-load.js';

const ROUNDS = Number(process.env['LOTSE_CRASH_ROUNDS'] ?? 6);
const SEED = Number(process.env['LOTSE_CRASH_SEED'] ?? Date.now() % 1_000_000);
/** A start, a check and a moment of load. */
const ROUND_PATIENCE_MS = 60_000;
/** Less than this proves nothing. */
const WRITES_PER_ROUND = 20;

const server = new KillableServer();
afterAll(() => server.stop());

describe('kill -9 of the server under load', () => {
  it(
    `keeps every promise made over the Kubernetes API (${ROUNDS} times, LOTSE_CRASH_SEED=${SEED})`,
    async () => {
      const random = seededChance(SEED);
      const load = new WriteLoad(server, random);
      await server.start();
      await load.prepare();
      for (let round = 0; round < ROUNDS; round++) {
        await load.check();
        expect(load.violations).toEqual([]);
        const before = load.acknowledged;
        const running = load.run();
        while (load.acknowledged < before + WRITES_PER_ROUND) await pause(5);
        await pause(random() * 700);
        await server.kill();
        await running;
        await server.start();
      }
      await load.check();
      expect(load.violations).toEqual([]);
      expect(load.gone).toBeGreaterThan(0);
      expect(load.early).toBeGreaterThan(0);
      expect(load.told).toBeGreaterThan(ROUNDS * WRITES_PER_ROUND);
      process.stdout.write(
        `${ROUNDS} kills, seed ${SEED}: ${load.acknowledged} acknowledged writes kept, ${load.early} shown before they were answered kept, ${load.told} watch events in order\n`,
      );
    },
    ROUND_PATIENCE_MS * (ROUNDS + 2),
  );
});
