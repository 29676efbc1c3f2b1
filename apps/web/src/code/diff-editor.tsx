import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { readOnlyYaml, removedSide, shadowOf } from './editor-setup.js';
import s from './editors.module.css';

/** Comparing stops after this and shows coarser pieces; without a limit a rewritten file takes minutes. */
const DIFF_TIMEOUT_MS = 200;

interface DiffEditorProps {
  before: string;
  after: string;
  isSplit: boolean;
  label: string;
}

/** What changed between two texts, side by side or below each other, with equal stretches folded. */
export function DiffEditor({ before, after, isSplit, label }: DiffEditorProps) {
  const host = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!host.current) return undefined;
    const root = shadowOf(host.current);
    const diffConfig = { scanLimit: 20_000, timeout: DIFF_TIMEOUT_MS };
    const collapseUnchanged = { margin: 3, minSize: 6 };
    if (isSplit) {
      const view = new MergeView({
        a: { doc: before, extensions: [readOnlyYaml(`${label}, before`), removedSide] },
        b: { doc: after, extensions: [readOnlyYaml(`${label}, after`), removedSide] },
        parent: root as unknown as HTMLElement,
        root,
        diffConfig,
        collapseUnchanged,
        gutter: true,
        highlightChanges: true,
      });
      return () => view.destroy();
    }
    const view = new EditorView({
      doc: after,
      extensions: [
        readOnlyYaml(`${label}, changes`),
        unifiedMergeView({
          original: before,
          mergeControls: false,
          diffConfig,
          collapseUnchanged,
          gutter: true,
          highlightChanges: true,
          syntaxHighlightDeletions: true,
        }),
      ],
      parent: root,
      root,
    });
    return () => view.destroy();
  }, [before, after, isSplit, label]);

  return <div ref={host} className={s.grow} />;
}
