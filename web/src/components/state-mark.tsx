import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import type { ReactNode } from "react";
import { useStateWords, wordOf } from "../i18n/state-words.ts";
import { stateKind } from "../theme/states.ts";
import { StateGlyph } from "./state-glyph.tsx";

interface Props {
  state: string;
  /** A run that waits for its next attempt. */
  retrying?: boolean;
  /** Stands for the state's own word, for example with a duration. */
  children?: ReactNode;
}

/** A state as a colour, a shape and a word, the same everywhere. */
export function StateMark({ state, retrying = false, children }: Props) {
  const words = useStateWords();
  const { palette } = useTheme();
  const isRetrying = retrying && state !== "running";
  const word = isRetrying ? words.retrying : wordOf(words, state);
  const kind = isRetrying ? "retrying" : stateKind(state);
  return (
    <Box
      component="span"
      // On the line of the text, so that it stands on one with what is beside it.
      sx={{ display: "inline-flex", alignItems: "baseline", gap: 0.75, whiteSpace: "nowrap" }}
      title={children === undefined ? undefined : word}
    >
      <Box component="span" sx={{ display: "inline-flex", position: "relative", top: "1.5px" }}>
        <StateGlyph state={state} retrying={isRetrying} />
      </Box>
      {children === undefined ? (
        <span style={{ color: palette.state[kind] }}>{word}</span>
      ) : (
        <>
          <span className="visually-hidden">{word}</span>
          <span>{children}</span>
        </>
      )}
    </Box>
  );
}
