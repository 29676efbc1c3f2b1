import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { readOnlyYaml, shadowOf } from './editor-setup.js';
import s from './editors.module.css';

/** YAML to read, select and copy. Keeps its scroll position while the text changes. */
export function YamlEditor({ text, label }: { text: string; label: string }) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);

  useEffect(() => {
    if (!host.current) return undefined;
    const root = shadowOf(host.current);
    const view = new EditorView({ doc: '', extensions: readOnlyYaml(label), parent: root, root });
    editor.current = view;
    return () => view.destroy();
  }, [label]);

  useEffect(() => {
    const view = editor.current;
    if (!view || view.state.doc.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text, label]);

  return <div ref={host} className={s.fill} />;
}
