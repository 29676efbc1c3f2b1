import { ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { HiddenText } from '../../../kit/hidden-text.js';
import { MiddleText } from '../../../kit/middle-text.js';
import { shortAge, between } from '../../../kit/age.js';
import { HealthStrip } from '../../../status/health-strip.js';
import { KindIcon } from '../../../status/kind-icon.js';
import { HealthGlyph, SyncGlyph } from '../../../status/status-label.js';
import { syncLabel } from '../../../status/sync.js';
import { BOX_HEIGHT, BOX_WIDTH, type PlacedItem } from './place-tree.js';
import s from './tree-card.module.css';
import type { TreeItem } from './tree-item.js';

interface TreeCardProps {
  placed: PlacedItem;
  isOpen: boolean;
  isFocused: boolean;
  isFolded: boolean;
  now: number;
  onOpen: (item: TreeItem) => void;
  onFold: (item: TreeItem) => void;
}

/** What is worth a word besides the name: readiness of a pod, revision of a replica set, age of everything else. */
function note(item: TreeItem, now: number): string {
  const info = new Map((item.node?.info ?? []).map(({ name, value }) => [name, value]));
  const reason = info.get('Status Reason');
  if (reason && reason !== 'Running') return reason;
  const age = between(item.node?.createdAt, now);
  return [
    info.get('Containers'),
    info.get('Revision')?.toLowerCase().replace(':', ' '),
    age === undefined ? undefined : shortAge(age),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The states that are otherwise only shapes. */
function spoken(item: TreeItem): string {
  if (item.type === 'group') return item.counts.map(({ health, count }) => `${count} ${health}`).join(', ');
  return [item.health, item.sync ? syncLabel(item.sync) : undefined].filter(Boolean).join(', ');
}

export const TreeCard = memo(function TreeCard({
  placed,
  isOpen,
  isFocused,
  isFolded,
  now,
  onOpen,
  onFold,
}: TreeCardProps) {
  const { item, depth, x, y, position, siblings } = placed;
  const hasChildren = item.children.length > 0 || item.type === 'group';
  const isExpanded = item.type === 'group' ? item.children.length > 0 : !isFolded;
  return (
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={isOpen}
      aria-expanded={hasChildren ? isExpanded : undefined}
      tabIndex={isFocused ? 0 : -1}
      data-id={item.id}
      data-type={item.type}
      data-worst={item.worst}
      className={s.card}
      style={{ width: BOX_WIDTH, height: BOX_HEIGHT, transform: `translate(${x}px, ${y}px)` }}
      onClick={() => onOpen(item)}
    >
      <span className={s.icon}>
        <KindIcon kind={item.kind} />
      </span>
      <span className={s.texts}>
        <MiddleText text={item.name} className={s.name} />
        {item.type === 'group' ? (
          <span className={s.strip}>
            <HealthStrip counts={item.counts} />
          </span>
        ) : (
          <span className={s.note}>
            <span className={s.kind}>{item.type === 'more' ? 'not drawn' : item.kind}</span>
            <span className={s.info}>{note(item, now)}</span>
          </span>
        )}
      </span>
      <span className={s.marks}>
        <HiddenText>{spoken(item)}</HiddenText>
        {item.sync && item.sync !== 'Synced' ? <SyncGlyph sync={item.sync} size={13} /> : null}
        {item.health ? (
          <HealthGlyph health={item.health} size={14} />
        ) : item.type === 'group' ? (
          <HealthGlyph health={item.worst} size={14} />
        ) : null}
      </span>
      {hasChildren ? (
        <button
          type="button"
          tabIndex={-1}
          aria-hidden="true"
          className={s.fold}
          data-expanded={isExpanded || undefined}
          title={isExpanded ? 'Fold (.)' : 'Unfold (.)'}
          onClick={(event) => {
            event.stopPropagation();
            onFold(item);
          }}
        >
          <ChevronRight size={12} />
        </button>
      ) : null}
    </div>
  );
});
