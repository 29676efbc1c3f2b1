import { readFileSync, readdirSync } from 'node:fs';
import { LotseProcess } from '../support/lotse-process.ts';
import { mega, ms, timeMs, type Group } from './row.ts';

/** The server as a process of its own: how fast it is there, how much it takes. */
export const processGroup: Group = {
  name: 'process',
  async run() {
    const lotse = await LotseProcess.start();
    await lotse.stop();
    const again = await timeMs(() => lotse.run());
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const idle = treeBytes(lotse.pid);
    await lotse.dispose();
    return [
      { what: 'start on existing data, until it serves', value: ms(again) },
      { what: 'memory when idle, its PostgreSQL included', value: mega(idle), note: 'proportional set size' },
    ];
  },
};

/** Proportional set size of a process and everything below it. */
export function treeBytes(pid: number): number {
  const parents = new Map<number, number[]>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      parents.set(parent, [...(parents.get(parent) ?? []), Number(entry)]);
    } catch {
      // It ended while we looked.
    }
  }
  const bytes = (process: number): number => {
    let own = 0;
    try {
      own =
        Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${process}/smaps_rollup`, 'utf8'))?.[1] ?? 0) *
        1024;
    } catch {
      // As above.
    }
    return own + (parents.get(process) ?? []).reduce((sum, child) => sum + bytes(child), 0);
  };
  return bytes(pid);
}
