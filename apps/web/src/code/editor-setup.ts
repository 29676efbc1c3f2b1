import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--rest)' },
  { tag: tags.comment, color: 'var(--ink-3)' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--ink-3)' },
]);

const theme = EditorView.theme({
  '&': { fontSize: '12px', color: 'var(--ink)', backgroundColor: 'transparent', height: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { padding: '10px 0' },
  '.cm-content:focus-visible': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--ink-3)' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 12px 0 10px', minWidth: '38px' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'color-mix(in oklab, var(--accent) 24%, transparent) !important',
  },
  '.cm-changedLine, .cm-inlineChangedLine': { backgroundColor: 'var(--good-tint) !important' },
  '.cm-deletedChunk': { backgroundColor: 'var(--bad-tint) !important' },
  '.cm-deletedLine': { textDecoration: 'none' },
  '.cm-deletedLine del': { textDecoration: 'none' },
  '.cm-changedText': {
    background: 'color-mix(in oklab, var(--good-solid) 30%, transparent) !important',
    borderRadius: '2px',
  },
  '.cm-deletedText': {
    background: 'color-mix(in oklab, var(--bad-solid) 32%, transparent) !important',
    borderRadius: '2px',
    textDecoration: 'none',
  },
  '.cm-changeGutter': { width: '3px', paddingLeft: '0' },
  '.cm-changedLineGutter': { background: 'var(--good-solid) !important' },
  '.cm-deletedLineGutter': { background: 'var(--bad-solid) !important' },
  '.cm-collapsedLines': {
    background: 'var(--sunken)',
    color: 'var(--ink-3)',
    padding: '3px 12px',
    fontFamily: 'var(--sans)',
    fontSize: '11px',
    borderBlock: '1px solid var(--line)',
  },
  '.cm-collapsedLines::before, .cm-collapsedLines::after': { content: '""' },
});

/** The left side of a side-by-side diff loses lines, so its changed lines are red. */
export const removedSide: Extension = EditorView.theme({
  '&.cm-merge-a .cm-changedLine': { backgroundColor: 'var(--bad-tint) !important' },
  '&.cm-merge-a .cm-changedText': {
    background: 'color-mix(in oklab, var(--bad-solid) 32%, transparent) !important',
  },
  '&.cm-merge-a .cm-changedLineGutter': { background: 'var(--bad-solid) !important' },
});

/** A read-only YAML viewer that can be reached and scrolled by keyboard. */
export function readOnlyYaml(label: string): Extension[] {
  return [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label }),
    lineNumbers(),
    yaml(),
    syntaxHighlighting(colours),
    theme,
  ];
}

/**
 * The shadow root editors live in. There they use constructed style sheets, which a strict content-security policy
 * allows; in the document itself they would insert style tags, which it refuses.
 */
export function shadowOf(host: HTMLElement): ShadowRoot {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.replaceChildren();
  return root;
}
