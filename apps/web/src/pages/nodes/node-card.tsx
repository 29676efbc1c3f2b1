import { Server } from 'lucide-react';
import { Ago } from '../../kit/ago.js';
import { CapacityBar } from './capacity-bar.js';
import s from './node-card.module.css';
import type { NodeSummary } from './node-summary.js';
import { Glyph } from '../../status/glyph.js';
import { PodGrid } from './pod-grid.js';
import { bytes, cores } from './quantity.js';

interface NodeCardProps {
  node: NodeSummary;
  find: string | undefined;
  onOpen: (pod: string) => void;
}

export function NodeCard({ node, find, onOpen }: NodeCardProps) {
  return (
    <section className={s.card} aria-label={node.name}>
      <header className={s.head}>
        <span className={s.icon}>
          <Server size={16} />
        </span>
        <div className={s.names}>
          <h2 className={s.name}>{node.name}</h2>
          <p className={s.sub}>
            {node.version} · <Ago time={node.createdAt} />
          </p>
        </div>
        {node.isCordoned ? (
          <span className={s.state}>
            <Glyph shape="pause" tone="rest" /> Cordoned
          </span>
        ) : null}
        <span className={s.state}>
          <Glyph shape={node.isReady ? 'check' : 'alert'} tone={node.isReady ? 'good' : 'bad'} />{' '}
          {node.isReady ? 'Ready' : 'Not ready'}
        </span>
      </header>
      <div className={s.bars}>
        <CapacityBar name="CPU" used={node.cpu.used} capacity={node.cpu.capacity} write={cores} />
        <CapacityBar name="Memory" used={node.memory.used} capacity={node.memory.capacity} write={bytes} />
        <CapacityBar name="Pods" used={node.slots.used} capacity={node.slots.capacity} write={String} />
      </div>
      <PodGrid pods={node.pods} find={find} onOpen={onOpen} />
    </section>
  );
}
