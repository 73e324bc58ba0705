import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import type { ReactNode } from "react";
import { stateKind } from "../theme/states.ts";
import { StateGlyph } from "./state-glyph.tsx";

/** A line of warning or news under what it is about, in a state's colour and shape. */
export function NoteLine({ state, children }: { state: string; children: ReactNode }) {
  const { palette } = useTheme();
  return (
    <Box sx={{ display: "flex", gap: 0.75, mt: 0.5, fontSize: 13, color: palette.state[stateKind(state)] }}>
      <Box sx={{ pt: "3px" }}>
        <StateGlyph state={state} size={12} />
      </Box>
      <span>{children}</span>
    </Box>
  );
}
