import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import { useEffect, useRef } from "react";
import { styleNonce } from "../../theme/style-nonce.ts";
import { mono } from "../../theme/theme.ts";
import { positionOf } from "./json-position.ts";

export interface JsonFault {
  /** JSON Pointer into the value; empty for the whole. */
  path: string;
  text: string;
}
interface Props {
  text: string;
  onChange: (text: string) => void;
  label: string;
  /** Marked in the text where they belong. */
  faults?: readonly JsonFault[];
  /** Where the text itself breaks off being JSON, if it does. */
  broken?: { at: number; text: string } | undefined;
  minLines?: number;
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--json-name)" },
  { tag: [tags.string, tags.number, tags.bool, tags.null], color: "var(--json-value)" },
]);

/** A small JSON editor. Tab indents; Escape then Tab leaves, as screen reader and keyboard users expect of code editors. */
export default function JsonEditor({ text, onChange, label, faults = [], broken, minLines = 4 }: Props) {
  const { palette } = useTheme();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef({ text, onChange, label });
  latest.current = { text, onChange, label };

  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          ...(styleNonce === "" ? [] : [EditorView.cspNonce.of(styleNonce)]),
          lineNumbers(),
          history(),
          json(),
          indentOnInput(),
          bracketMatching(),
          syntaxHighlighting(colours),
          lintGutter(),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": latest.current.label }),
          keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  // The value changed by itself: another tab, a version taken over.
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const length = editor.state.doc.length;
    const tree = syntaxTree(editor.state).topNode;
    const slice = (from: number, to: number) => editor.state.sliceDoc(from, to);
    const marks: Diagnostic[] = broken
      ? [
          {
            from: Math.min(broken.at, length),
            to: Math.min(broken.at + 1, length),
            severity: "error",
            message: broken.text,
          },
        ]
      : faults.map((fault) => ({ ...positionOf(tree, slice, fault.path), severity: "error", message: fault.text }));
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [faults, broken]);

  return (
    <Box
      ref={host}
      sx={{
        "--json-name": palette.text.primary,
        "--json-value": palette.state.running,
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        overflow: "hidden",
        "&:focus-within": { borderColor: "text.primary" },
        "& .cm-editor": { outline: "none", bgcolor: "background.default", color: "text.primary", fontSize: 13 },
        "& .cm-scroller": { fontFamily: mono, minHeight: `${minLines * 1.5 + 1}em`, maxHeight: 420, lineHeight: 1.5 },
        "& .cm-gutters": { bgcolor: "sunken", color: "text.secondary", border: "none" },
        "& .cm-cursor": { borderLeftColor: palette.text.primary },
        "& .cm-tooltip": { bgcolor: "background.paper", borderColor: "divider", color: "text.primary" },
      }}
    />
  );
}
