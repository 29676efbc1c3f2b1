import { ChevronRight, Columns2, Rows2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../kit/button.js';
import { Segmented } from '../kit/segmented.js';
import { KindIcon } from '../status/kind-icon.js';
import s from './diff-sections.module.css';
import { DiffView } from './lazy-editors.js';
import { countLineChanges } from './line-changes.js';
import type { ObjectChange } from './pair-manifests.js';

interface DiffSectionsProps {
  changes: readonly ObjectChange[];
  isSplit: boolean;
  onSplit: (isSplit: boolean) => void;
  heading: React.ReactNode;
}

/** Up to this many objects are unfolded at once; with more, people choose. */
const OPEN_AT_MOST = 6;

const WORDS = { added: 'new', removed: 'deleted', changed: 'changed' } as const;

/** One foldable section per object that differs. */
export function DiffSections({ changes, isSplit, onSplit, heading }: DiffSectionsProps) {
  const [flipped, setFlipped] = useState<ReadonlySet<string>>(new Set());
  const [base, setBase] = useState<boolean>();
  const opensByDefault = base ?? changes.length <= OPEN_AT_MOST;
  const isOpen = (id: string) => flipped.has(id) !== opensByDefault;
  const flip = (id: string) =>
    setFlipped((was) => {
      const next = new Set(was);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const setAll = (open: boolean) => {
    setBase(open);
    setFlipped(new Set());
  };

  return (
    <div className={s.sections}>
      <div className={s.bar}>
        <div className={s.heading}>{heading}</div>
        {changes.length > 1 ? (
          <Button size="s" look="quiet" onClick={() => setAll(!changes.every(({ id }) => isOpen(id)))}>
            {changes.every(({ id }) => isOpen(id)) ? 'Fold all' : 'Unfold all'}
          </Button>
        ) : null}
        <Segmented
          label="Diff layout"
          value={isSplit ? 'split' : 'unified'}
          onChange={(value) => onSplit(value === 'split')}
          options={[
            { value: 'unified', label: 'Unified', icon: <Rows2 size={14} />, hideLabel: true },
            { value: 'split', label: 'Side by side', icon: <Columns2 size={14} />, hideLabel: true },
          ]}
        />
      </div>
      {changes.map((change) => (
        <Section
          key={change.id}
          change={change}
          isSplit={isSplit}
          isOpen={isOpen(change.id)}
          onFlip={() => flip(change.id)}
        />
      ))}
    </div>
  );
}

function Section({
  change,
  isSplit,
  isOpen,
  onFlip,
}: {
  change: ObjectChange;
  isSplit: boolean;
  isOpen: boolean;
  onFlip: () => void;
}) {
  const { ref, before, after } = change;
  const { added, removed } = countLineChanges(before, after);
  return (
    <section className={s.section}>
      <h3>
        <button type="button" className={s.head} aria-expanded={isOpen} onClick={onFlip}>
          <ChevronRight size={14} className={s.chevron} />
          <KindIcon kind={ref.kind} />
          <span className={s.name}>{ref.name}</span>
          <span className={s.kind}>
            {ref.kind}
            {ref.namespace ? ` in ${ref.namespace}` : ''}
          </span>
          <span className={s.word} data-change={change.change}>
            {WORDS[change.change]}
          </span>
          <span className={s.numbers} aria-label={`${added} lines added, ${removed} removed`}>
            <span className={s.added}>+{added}</span> <span className={s.removed}>−{removed}</span>
          </span>
        </button>
      </h3>
      {isOpen ? (
        <DiffView before={before} after={after} isSplit={isSplit} label={`${ref.kind} ${ref.name}`} />
      ) : null}
    </section>
  );
}
