// CodeMirror as the pages with code to run use it; `.ci/setup pyodide` bundles this file.
// Tab is left to the page (WCAG 2.1.2): the keyboard gets out of the editor as it came in.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const SETUP = [
  lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(),
  indentUnit.of("    "), EditorState.tabSize.of(4), python(), syntaxHighlighting(classHighlighter),
  keymap.of([...defaultKeymap, ...historyKeymap]),
];

/** An editor in `parent`. `run` is called on Ctrl-Enter or Cmd-Enter, `changed` with each new text. */
export function createEditor(parent, text, { label, readOnly = false, run, changed = () => {} }) {
  const state = (doc, fixed) => EditorState.create({
    doc,
    extensions: [
      keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }]), SETUP,
      EditorState.readOnly.of(fixed),
      EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": String(fixed), tabindex: "0" }),
      EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
    ],
  });
  const view = new EditorView({ parent, state: state(text, readOnly) });
  return {
    text: () => view.state.doc.toString(),
    show: (next, fixed = false) => view.setState(state(next, fixed)),
    replace: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    focus: () => view.focus(),
  };
}
