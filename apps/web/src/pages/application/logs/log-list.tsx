import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import s from './log-list.module.css';
import type { LogLine } from './log-line.js';

interface LogListProps {
  lines: readonly LogLine[];
  find: string | undefined;
  isWrapped: boolean;
  hasTimes: boolean;
  isFollowing: boolean;
  isReading: boolean;
}

const LINE_HEIGHT = 19;
/** This close to the end counts as being there. */
const NEAR_END_PX = 40;

/** Log lines, of which only the visible ones are in the document. Scrolling up stops following; the end takes it up again. */
export function LogList({ lines, find, isWrapped, hasTimes, isFollowing, isReading }: LogListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 30,
  });
  const isStuck = isFollowing && isAtEnd;

  useEffect(() => {
    if (isStuck && lines.length > 0 && scroller.current)
      scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [lines, isStuck]);

  return (
    <div className={s.wrap}>
      <div
        ref={scroller}
        className={s.scroller}
        data-wrapped={isWrapped || undefined}
        role="log"
        aria-label="Log lines"
        aria-live="off"
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR_END_PX);
        }}
      >
        {lines.length === 0 ? (
          <p className={s.none}>
            {isReading ? 'Waiting for lines…' : find ? 'No line contains this text.' : 'It has said nothing.'}
          </p>
        ) : null}
        <div className={s.lines} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return line ? (
              <div
                key={line.index}
                ref={isWrapped ? virtual.measureElement : undefined}
                data-index={item.index}
                className={s.line}
                data-level={line.level}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {hasTimes ? <span className={s.time}>{line.time?.slice(11, 23)} </span> : null}
                <Marked text={line.text} find={find} />
              </div>
            ) : null;
          })}
        </div>
      </div>
      {isFollowing && !isAtEnd ? (
        <button type="button" className={s.pill} onClick={() => setAtEnd(true)}>
          <ArrowDown size={13} /> Follow
        </button>
      ) : null}
    </div>
  );
}

function Marked({ text, find }: { text: string; find: string | undefined }) {
  const at = find ? text.toLowerCase().indexOf(find.toLowerCase()) : -1;
  if (!find || at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark className={s.mark}>{text.slice(at, at + find.length)}</mark>
      {text.slice(at + find.length)}
    </>
  );
}
