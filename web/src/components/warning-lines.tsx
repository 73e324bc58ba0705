import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import { useFormat } from "../i18n/use-format.ts";
import type { Warning } from "../services/wire.ts";
import { StateGlyph } from "./state-glyph.tsx";

/** These tell of what somebody decided, and of nothing wrong. */
const held: ReadonlySet<string> = new Set(["queue_paused", "waits_for_rate", "waits_for_slot"]);

/** What its reader can act on: a task that nobody knows, a queue that nobody serves. */
export function WarningLines({ warnings }: { warnings: readonly Warning[] }) {
  const format = useFormat();
  const { palette } = useTheme();
  return warnings.map(({ code, text }) => {
    const state = held.has(code) ? "held" : "missed";
    return (
      <Box
        key={code}
        sx={{ display: "flex", gap: 0.5, alignItems: "center", fontSize: 12.5, color: palette.state[state] }}
      >
        <StateGlyph state={state} size={11} />
        <Box component="span" sx={{ minWidth: 0, overflowWrap: "anywhere" }}>
          {format.text(text)}
        </Box>
      </Box>
    );
  });
}
